import 'server-only';
import { challengeName, challengeValue } from '../secrets/domain-token.ts';
import { portal } from './portal.ts';

/** The TXT record that lets a server send as a domain. */
export function challengeOf(serverId: string, domain: string): { recordName: string; recordValue: string } {
  return {
    recordName: challengeName(domain),
    recordValue: challengeValue(portal().secrets, serverId, domain),
  };
}
