import { z } from 'zod';
import { checkbox, day, optionalText, requiredText } from '../../../../../../lib/web/form-fields.ts';
import { messages } from '../../../../../../lib/web/messages.ts';

const words = messages.requestForm;

const fields = z.object({
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
    .union([day, z.literal('')])
    .optional()
    .transform((value) => value || null),
  tls: z.enum(['offered', 'required', 'hidden']).optional(),
  rarely_sends: checkbox,
});

const boxes = {
  static: words.staticMissing,
  dedicated: words.dedicatedMissing,
  responsible: words.responsibleMissing,
};

/**
 * What the form sends. A box that is the only thing missing is for the operation to refuse, which names the rule and
 * keeps it; of several things each is said where it is.
 */
export const requestSchema = (Object.keys(boxes) as (keyof typeof boxes)[]).reduce(
  (schema, name) =>
    schema.refine((form) => form[name], { path: [name], error: boxes[name], when: hasSeveralGaps }),
  fields,
);

function hasSeveralGaps({ value, issues }: { value: unknown; issues: readonly unknown[] }): boolean {
  const form = value as Partial<Record<keyof typeof boxes, boolean>>;
  const open = (Object.keys(boxes) as (keyof typeof boxes)[]).filter((name) => form[name] !== true);
  return issues.length + open.length > 1;
}
