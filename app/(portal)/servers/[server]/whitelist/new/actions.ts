'use server';

import { z } from 'zod';
import { requestEntry } from '../../../../../../lib/operations/request-entry.ts';
import { action } from '../../../../../../lib/web/action.ts';
import { checkbox, optionalText, requiredText } from '../../../../../../lib/web/form-fields.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { paths } from '../../../../../../lib/web/paths.ts';

const words = messages.requestForm;

const schema = z.object({
  server: z.string().max(100),
  network: requiredText(words.networkMissing, 200),
  purpose: requiredText(words.purposeMissing),
  static: checkbox,
  dedicated: checkbox,
  responsible: checkbox,
  label: optionalText(100),
  site: optionalText(100),
  contact: optionalText(200),
  provider: optionalText(100),
  tenure: z
    .enum(['leased', 'owned', ''])
    .optional()
    .transform((value) => value || null),
  lease_end: z
    .union([z.iso.date(), z.literal('')])
    .optional()
    .transform((value) => value || null),
  tls: z.enum(['offered', 'required', 'hidden']).optional(),
  rarely_sends: checkbox,
});

export const requestAction = action({
  schema,
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
  words: (refusal) => (refusal.code === 'throttled' ? words.refusals.throttled : undefined),
  done: ({ entry }, form) => ({ redirectTo: paths.entry(form.server, entry.id) }),
});
