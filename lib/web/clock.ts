import 'server-only';
import type { LiveSession } from '../../db/queries/sessions.ts';

/** The moment that a page is drawn for and the reader's zone: every time on it is said from here. */
export function clockOf(session: LiveSession): { now: number; timeZone: string } {
  return { now: Date.now(), timeZone: session.person.timeZone };
}
