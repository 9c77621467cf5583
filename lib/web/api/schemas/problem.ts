import { z } from 'zod';
import { requirements } from '../../../domain/evaluation.ts';
import { responseSchema } from './registry.ts';

/** RFC 9457. `code` is stable; what else there is depends on it. */
export const problemSchema = responseSchema(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('Each field that is wrong, with `invalid_request` and `invalid_value`.'),
    requirement: z.enum(requirements).optional().describe('With `requirement_failed`.'),
    reason: z.string().optional().describe('With `requirement_failed`: the stable reason.'),
    reference: z.string().optional().describe('What support finds the refusal by.'),
    suggestions: z.array(z.string()).optional().describe('Values that would be taken.'),
    overridable: z.boolean().optional().describe('With a refused approval: whether `override` may name it.'),
    entry: z.string().optional().describe('With `already_requested`: the open request.'),
    state: z.string().optional().describe('With `state_forbids`: the state that the entry is in.'),
    revision: z.number().int().optional().describe('With `changed_meanwhile`: the revision it has now.'),
    since: z
      .array(z.object({ kind: z.string(), at: z.iso.datetime() }))
      .optional()
      .describe(
        'With `changed_meanwhile` and `state_forbids`, to staff: what happened since `revision` was read.',
      ),
    until: z.iso.datetime().optional().describe('With `takeover_open`: when the holder’s time is over.'),
    as_of: z.iso.datetime().optional().describe('With `stale_feed`: the newest `as_of` that was taken.'),
  }),
);
export type Problem = z.infer<typeof problemSchema>;
