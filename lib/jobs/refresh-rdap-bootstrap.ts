import type { Database } from '../../db/client.ts';
import { keepAnswer } from '../../db/queries/lookup-memory.ts';
import { httpGet } from '../adapters/http-get.ts';
import { readBootstrap } from '../adapters/rdap-bootstrap.ts';
import type { BootstrapService } from '../adapters/rdap-bootstrap-data.ts';
import { bootstrapQuestion } from './evidence-gatherers.ts';

const FILES = ['https://data.iana.org/rdap/ipv4.json', 'https://data.iana.org/rdap/ipv6.json'];
const TIMEOUT_MS = 20_000;
const MAX_BYTES = 1_000_000;
/** RFC 9224 section 8 wants it asked for rarely; the copy that we ship serves where this one has gone stale. */
const KEEP_MS = 90 * 86_400_000;

/**
 * Brings the table of registries up to date. All files or none: half a table would send questions to nobody.
 * @param files where the bootstrap files are; their hosts have to be public unless `trustedHosts` names them
 * @returns whether it did
 */
export async function refreshRdapBootstrap(
  database: Database,
  now: Date,
  files: readonly string[] = FILES,
  trustedHosts: readonly string[] = [],
): Promise<boolean> {
  const services: BootstrapService[] = [];
  for (const url of files) {
    const answer = await httpGet({ url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, trustedHosts });
    const read = answer.outcome === 'found' ? readBootstrap(answer.body) : undefined;
    if (read === undefined) return false;
    services.push(...read);
  }
  const expiresAt = new Date(now.getTime() + KEEP_MS);
  await keepAnswer(database, { ...bootstrapQuestion, content: services, fetchedAt: now, expiresAt });
  return true;
}
