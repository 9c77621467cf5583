'use server';

import { z } from 'zod';
import { changePolicy } from '../../../lib/operations/change-policy.ts';
import { draftPolicy } from '../../../lib/operations/draft-policy.ts';
import type { Refusal } from '../../../lib/operations/result.ts';
import { action } from '../../../lib/web/action.ts';
import { policyRefusalText } from '../../../lib/web/messages/policy.ts';
import { messages } from '../../../lib/web/messages.ts';
import { paths } from '../../../lib/web/paths.ts';
import { readDraft, writeDraft } from '../../../lib/web/policy-draft.ts';
import { policyForm } from './policy-schema.ts';

const { refusals } = messages.policy;

function formWords(refusal: Refusal) {
  if (refusal.code !== 'invalid') return undefined;
  if (refusal.reason === 'nothing' || refusal.reason === 'version') {
    return { ...refusals[refusal.reason], field: undefined };
  }
  // A field of a list is shown with its list: `listZones.0` is a line of `listZones`.
  const field = refusal.field.replace(/^(listZones|listCodes|proofKinds|drift\.suspendOn)\..*$/, '$1');
  return { message: policyRefusalText(field, refusal.reason), field };
}

/** Takes the filled-in form to its preview. Saves nothing. */
export const draftPolicyAction = action({
  schema: policyForm,
  ability: 'change_policy',
  run: async ({ version, values }, { database, actor }) => {
    const drafted = await draftPolicy({ database, actor, values, version });
    return drafted.ok ? { ...drafted, version } : drafted;
  },
  done: ({ changes, version }) => ({
    redirectTo: paths.adminPolicyPreview({ draft: writeDraft(changes), version }),
  }),
  words: formWords,
});

/** Saves what was previewed as a new version. */
export const savePolicyAction = action({
  schema: z.object({
    draft: z.string(),
    version: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
    reason: z.string().trim().max(2000).default(''),
  }),
  ability: 'change_policy',
  run: async ({ draft, version, reason }, context) => {
    const read = readDraft(draft);
    if (read === null) return { ok: false as const, code: 'invalid' as const, field: '', reason: 'draft' };
    return changePolicy({ ...context, changes: read, version, note: reason });
  },
  done: () => ({ redirectTo: paths.adminPolicy() }),
  words: (refusal) => {
    if (refusal.code === 'changed_meanwhile') return refusals.changedMeanwhile;
    return refusal.code === 'invalid' ? { ...refusals.draft, field: undefined } : undefined;
  },
});
