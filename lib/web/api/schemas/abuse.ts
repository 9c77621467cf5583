import { z } from 'zod';
import { responseSchema } from './registry.ts';

/** The octets of a message; what is in them is for the operation. */
export const reportSchema = z.instanceof(Uint8Array).refine((octets) => octets.length > 0, 'is empty');

export const abuseReportSchema = responseSchema(
  'AbuseReport',
  z.object({
    id: z.uuid(),
    feedback_type: z.string().nullable().describe('As the report says, in lower case.'),
    source_ip: z.string().nullable().describe('As the report says, in canonical form.'),
    entry: z.uuid().nullable().describe('The entry that it is about, where that is certain.'),
  }),
);
