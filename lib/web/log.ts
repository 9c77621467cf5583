import pino from 'pino';

/** The portal's log: one JSON line an event, on standard output. */
export const log = pino({ name: 'portal' });
