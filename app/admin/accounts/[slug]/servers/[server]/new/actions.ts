'use server';

import { z } from 'zod';
import { requestOnBehalf } from '../../../../../../../lib/operations/request-on-behalf.ts';
import { action } from '../../../../../../../lib/web/action.ts';
import { checkbox, optionalText, requiredText } from '../../../../../../../lib/web/form-fields.ts';
import { messages } from '../../../../../../../lib/web/messages.ts';
import { paths } from '../../../../../../../lib/web/paths.ts';

const words = messages.requestForm;

export const requestOnBehalfAction = action({
  schema: z.object({
    server: z.string().max(100),
    network: requiredText(words.networkMissing, 200),
    purpose: requiredText(words.purposeMissing),
    label: optionalText(100),
    site: optionalText(100),
    contact: optionalText(200),
    rarely_sends: checkbox,
  }),
  ability: 'request_on_behalf',
  run: ({ rarely_sends: rarelySends, ...form }, context) =>
    requestOnBehalf({ ...context, request: { ...form, rarelySends } }),
  done: ({ entry }) => ({ redirectTo: paths.adminRequest(entry.id) }),
});
