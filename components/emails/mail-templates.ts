import type { TemplateKind } from '../../lib/domain/mail-kinds.ts';
import { abuseCall } from './abuse-call.tsx';
import { accessChanged } from './access-changed.tsx';
import { accountStanding } from './account-standing.tsx';
import { answer } from './answer.tsx';
import { approved } from './approved.tsx';
import { backInForce } from './back-in-force.tsx';
import { digest } from './digest.tsx';
import { expired } from './expired.tsx';
import { fuse } from './fuse.tsx';
import { idle } from './idle.tsx';
import { invitation } from './invitation.tsx';
import { lapseSoon } from './lapse-soon.tsx';
import { mailFailed } from './mail-failed.tsx';
import type { MailTemplate } from './mail-template.ts';
import { nextHopDown } from './next-hop-down.tsx';
import { nodesDisagree } from './nodes-disagree.tsx';
import { outOfForce } from './out-of-force.tsx';
import { ownerAdded } from './owner-added.tsx';
import { ownerNeeded } from './owner-needed.tsx';
import { proofLost } from './proof-lost.tsx';
import { proofMissing } from './proof-missing.tsx';
import { proofSeen } from './proof-seen.tsx';
import { question } from './question.tsx';
import { queueDigest } from './queue-digest.tsx';
import { received } from './received.tsx';
import { rejected } from './rejected.tsx';
import { removed } from './removed.tsx';
import { renew } from './renew.tsx';
import { roleChanged } from './role-changed.tsx';
import { scopeDecided } from './scope-decided.tsx';
import { senderDomain } from './sender-domain.tsx';
import { takeover } from './takeover.tsx';
import { throttled } from './throttled.tsx';
import { tokenCreated } from './token-created.tsx';
import { warned } from './warned.tsx';

const templates: { readonly [Kind in TemplateKind]: MailTemplate<Kind> } = {
  received,
  owner_needed: ownerNeeded,
  question,
  proof_seen: proofSeen,
  proof_missing: proofMissing,
  proof_lost: proofLost,
  approved,
  rejected,
  expired,
  scope_decided: scopeDecided,
  lapse_soon: lapseSoon,
  out_of_force: outOfForce,
  back_in_force: backInForce,
  account_standing: accountStanding,
  removed,
  takeover,
  sender_domain: senderDomain,
  renew,
  idle,
  warned,
  throttled,
  owner_added: ownerAdded,
  invitation,
  token_created: tokenCreated,
  access_changed: accessChanged,
  role_changed: roleChanged,
  answer,
  queue_digest: queueDigest,
  next_hop_down: nextHopDown,
  nodes_disagree: nodesDisagree,
  fuse,
  abuse_call: abuseCall,
  mail_failed: mailFailed,
  digest,
};

/**
 * The template of a kind. Kind and values stand in one row of the outbox, written together by `notify`; the compiler
 * cannot see that they still belong together when they are read.
 */
export function templateOf<Kind extends TemplateKind>(kind: Kind): MailTemplate<Kind> {
  return templates[kind];
}
