import { platformEventsEndpoint } from '../../../../../lib/web/api/endpoints.ts';
import { answer, handle } from '../../../../../lib/web/api/handler.ts';
import { readPlatformEvents } from '../../../../../lib/web/api/read-platform-events.ts';

export const GET = handle(platformEventsEndpoint, async ({ database, query }) =>
  answer(200, await readPlatformEvents(database, query)),
);
