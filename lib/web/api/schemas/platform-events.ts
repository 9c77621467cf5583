import { z } from 'zod';
import { platformEventKinds } from '../../../domain/platform-events.ts';
import { timestamp } from './fields.ts';
import { responseSchema } from './registry.ts';

const MOST = 500;
const whole = (least: number, usual: number) =>
  z.preprocess(
    (value) => (value === '' || value === undefined ? undefined : value),
    z.coerce.number().int().min(least).max(Number.MAX_SAFE_INTEGER).default(usual),
  );

export const platformEventsQuery = z.object({
  after: whole(0, 0).describe('Only what follows the event of this `seq`. 0: from the beginning.'),
  limit: whole(1, 100)
    .transform((limit) => Math.min(limit, MOST))
    .describe(`At most ${MOST} are given.`),
});

const platformEventSchema = responseSchema(
  'PlatformEvent',
  z.object({
    id: z.uuid(),
    seq: z.number().int().describe('Rises; what was read once has nothing new below it.'),
    at: timestamp,
    kind: z.enum(platformEventKinds),
    account: z.string().describe('Slug.'),
    server: z.string().nullable().describe('Slug, where it is about one server.'),
    reason: z.string(),
  }),
);

export const platformEventsSchema = responseSchema(
  'PlatformEvents',
  z.object({
    data: z.array(platformEventSchema),
    next_after: z.number().int().describe('For `after` the next time, also where nothing came.'),
  }),
);
