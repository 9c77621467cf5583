'use server';

import { z } from 'zod';
import { checkDomain } from '../../../../../lib/operations/check-domain.ts';
import { claimDomain } from '../../../../../lib/operations/claim-domain.ts';
import { endDomain } from '../../../../../lib/operations/end-domain.ts';
import type { Refusal } from '../../../../../lib/operations/result.ts';
import { action } from '../../../../../lib/web/action.ts';
import { requiredText } from '../../../../../lib/web/form-fields.ts';
import { messages } from '../../../../../lib/web/messages.ts';
import { portalResolver } from '../../../../../lib/web/resolver.ts';

const words = messages.domains;
const server = z.string().max(100);
const domain = z.string().max(300);

function domainWords(refusal: Refusal) {
  if (refusal.code === 'throttled') return words.refusals.throttled;
  if (refusal.code !== 'invalid') return undefined;
  const said: Readonly<Record<string, { message: string; nextStep: string }>> = {
    ...words.refusals,
    ...words.outcomes,
  };
  return said[refusal.reason];
}

export const claimDomainAction = action({
  schema: z.object({ server, domain: requiredText(words.missing, 300) }),
  run: (form, context) => claimDomain({ ...context, ...form }),
  done: ({ claim }) => ({ message: words.added, value: claim.domain }),
  words: domainWords,
});

export const checkDomainAction = action({
  schema: z.object({ server, domain }),
  run: async (form, context) => {
    const result = await checkDomain({ ...context, ...form, resolver: portalResolver() });
    if (!result.ok || result.outcome === 'verified') return result;
    return { ok: false as const, code: 'invalid' as const, field: 'record', reason: result.outcome };
  },
  done: () => words.verified,
  words: domainWords,
});

export const endDomainAction = action({
  schema: z.object({ server, domain }),
  run: (form, context) => endDomain({ ...context, ...form }),
  done: () => words.ended,
  words: domainWords,
});
