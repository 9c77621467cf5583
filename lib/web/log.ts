import pino from 'pino';
import { errorForLog } from './error-for-log.ts';

/** The portal's log: one JSON line an event, on standard output. */
export const log = pino({
  name: 'portal',
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: errorForLog },
});
