import { mailPaths } from '../../components/emails/mail-links.ts';
import type { Database } from '../../db/client.ts';
import { findMailReader, type MailReader, type OutboxRow } from '../../db/queries/outbox.ts';
import type { OutgoingMail } from '../adapters/compose-message.ts';
import { isMailKind, mailKinds, mayBeTurnedOff, type TemplateKind } from '../domain/mail-kinds.ts';
import { issueInvitation } from '../operations/issue-invitation.ts';
import { mailLinkToken } from '../secrets/mail-link.ts';
import { proofAddress } from '../secrets/proof-token.ts';
import type { MailOffice } from './mail-office.ts';

export type MadeMail =
  | { ok: true; mail: OutgoingMail }
  /** It is no longer anybody's to read. */
  | { ok: false; why: 'person_gone' | 'no_longer_member' | 'no_longer_staff' | 'joined_already' };

/**
 * Makes the mail of a row, for its reader as they are now: whoever has left the account since reads nothing of it. The
 * link of an invitation is made here, so that nothing but this mail has it.
 */
export async function makeMail(
  database: Database,
  office: MailOffice,
  row: OutboxRow,
  now: Date,
): Promise<MadeMail> {
  const kind = templateKindOf(row);
  const reader = await findMailReader(database, row, now);
  if (reader === undefined) return { ok: false, why: 'person_gone' };
  if (row.audience === 'staff' && !reader.isStaff) return { ok: false, why: 'no_longer_staff' };
  const isInvited = kind === 'invitation' && reader.isInvited;
  if (row.audience !== 'staff' && row.accountId !== null && !reader.isMember && !isInvited) {
    return { ok: false, why: 'no_longer_member' };
  }
  if (kind === 'invitation' && reader.hasPassword && !isInvited) return { ok: false, why: 'joined_already' };

  const { settings, secrets } = office;
  const group = kind === 'digest' || !mayBeTurnedOff(kind) ? null : mailKinds[kind].group;
  const link = group === null ? null : mailLinkToken(secrets, { personId: row.personId, group });
  const { entry } = row.content;
  // Loaded when the first mail is made: React and its templates are a third of the process, and not all need them.
  const { renderMail } = await import('../../components/emails/render-mail.tsx');
  const rendered = await renderMail(kind, row.content, {
    platform: settings.platformName,
    supportAddress: settings.supportAddress,
    portalUrl: settings.portalUrl,
    smtp: {
      host: settings.smtpPublicName,
      ports: settings.smtpPorts,
      tlsPorts: settings.smtpTlsPorts,
    },
    reader: { name: reader.name, timeZone: reader.timeZone, hasPassword: reader.hasPassword },
    turnOffUrl: link === null ? null : `${settings.portalUrl}${mailPaths.turnOffMail(link)}`,
    proofAddress:
      entry === null ? null : proofAddress(secrets, entry.id, entry.proofGeneration, settings.proofDomain),
    invitationUrl:
      kind === 'invitation' ? await invitationUrl(database, office, row.personId, reader, now) : null,
  });
  return {
    ok: true,
    mail: {
      id: row.id,
      to: mailboxOf(reader),
      ...rendered,
      turnOffUrl: link === null ? null : `${settings.portalUrl}${mailPaths.turnOffMailAtOnce(link)}`,
      date: now,
    },
  };
}

function templateKindOf(row: OutboxRow): TemplateKind {
  if (row.kind === 'digest' || isMailKind(row.kind)) return row.kind;
  throw new Error(`a mail of an unknown kind: ${row.kind}`);
}

function mailboxOf({ name, address }: MailReader) {
  return { name, address };
}

async function invitationUrl(
  database: Database,
  { settings }: MailOffice,
  personId: string,
  reader: MailReader,
  now: Date,
): Promise<string> {
  if (reader.hasPassword) return `${settings.portalUrl}${mailPaths.accountInvitations()}`;
  const { token } = await issueInvitation(database, personId, now);
  return `${settings.portalUrl}${mailPaths.invitation(token)}`;
}
