import type { z } from 'zod';
import type { Database } from '../../../db/client.ts';
import { listPlatformEvents } from '../../../db/queries/platform-events.ts';
import type { platformEventsSchema } from './schemas/platform-events.ts';

/** What the platform has to be told, from where it has read to. */
export async function readPlatformEvents(
  database: Database,
  { after, limit }: { after: number; limit: number },
): Promise<z.output<typeof platformEventsSchema>> {
  const events = await listPlatformEvents(database, after, limit);
  return {
    data: events.map((event) => ({ ...event, at: event.at.toISOString() })),
    next_after: events.at(-1)?.seq ?? after,
  };
}
