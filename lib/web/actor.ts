import type { LiveSession } from '../../db/queries/sessions.ts';
import type { Actor } from '../operations/result.ts';
import { clientAddress } from './client-address.ts';

/** The person of a session as the actor of an operation. */
export function actorOf(session: Pick<LiveSession, 'viewer'>, headers: Headers): Actor {
  const { viewer } = session;
  return {
    kind: viewer.staffRole === null ? 'person' : 'staff',
    viewer,
    address: clientAddress(headers),
    via: 'portal',
  };
}
