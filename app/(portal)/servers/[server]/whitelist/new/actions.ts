'use server';

import { requestEntry } from '../../../../../../lib/operations/request-entry.ts';
import { action } from '../../../../../../lib/web/action.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { paths } from '../../../../../../lib/web/paths.ts';
import { requestSchema } from './request-schema.ts';

const words = messages.requestForm;

export const requestAction = action({
  schema: requestSchema,
  run: (form, context) =>
    requestEntry({
      ...context,
      request: {
        server: form.server,
        network: form.network,
        purpose: form.purpose,
        attestations: { static: form.static, dedicated: form.dedicated, responsible: form.responsible },
        label: form.label,
        site: form.site,
        contact: form.contact,
        provider: form.provider,
        tenure: form.tenure,
        leaseEnd: form.lease_end,
        rarelySends: form.rarely_sends,
        scope: form.tls === undefined ? {} : { tls: form.tls },
      },
    }),
  words: (refusal) => {
    if (refusal.code === 'throttled') return words.refusals.throttled;
    // The last one was removed since the form was opened.
    const isDomain = refusal.code === 'invalid' && refusal.reason === 'no_verified_domain';
    return isDomain ? messages.scope.refusals.no_verified_domain : undefined;
  },
  done: ({ entry }, form) => ({ redirectTo: paths.entry(form.server, entry.id) }),
});
