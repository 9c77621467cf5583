import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Reader, type Response } from 'mmdb-lib';
import { evidenceTargets } from '../domain/evidence-targets.ts';
import { formatAddress, parseAddress } from '../domain/ip.ts';
import { containsAddress } from '../domain/network.ts';
import type { Gatherer, GatherSubject } from './gathering.ts';
import { readIntelligence } from './ip-intelligence.ts';

const TIMEOUT_MS = 2000;
/** Databases come anew once or twice a week: a look at the files this often is plenty. */
const LOOK_AGAIN_MS = 60_000;

type Open = { file: string; changedMs: number; reader: Reader<Response> };

/**
 * What databases in MaxMind's format say (GeoLite2-ASN, GeoIP2-ISP, -Anonymous-IP, -Connection-Type, -Enterprise):
 * every `*.mmdb` of the directory. Files may be replaced while we run.
 */
export function ipDatabaseGatherer(directory: string): Gatherer<'ip_database'> {
  let open: readonly Open[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function databases(): Promise<readonly Open[]> {
    if (performance.now() - lookedAt < LOOK_AGAIN_MS) return open;
    open = await openAll(directory, open);
    lookedAt = performance.now();
    return open;
  }

  return {
    source: 'ip_database',
    timeoutMs: TIMEOUT_MS,
    gather: async (subject) => {
      let readers: readonly Open[];
      try {
        readers = await databases();
      } catch (error) {
        return { outcome: 'temporary_error', facts: null, raw: { cause: String(error) } };
      }
      if (readers.length === 0) {
        return { outcome: 'temporary_error', facts: null, raw: { cause: 'no_database' } };
      }
      const address = representative(subject);
      const raw = Object.fromEntries(
        readers.map(({ reader }) => [reader.metadata.databaseType, reader.get(address)]),
      );
      const facts = readIntelligence(Object.values(raw).filter((one) => one !== null));
      return { outcome: facts === null ? 'none' : 'found', facts, raw };
    },
  };
}

/** The address that speaks for a network: one that is known to be used, or its first. */
export function representative({ network, known }: GatherSubject): string {
  const used = known.find((text) => {
    const address = parseAddress(text);
    return address !== undefined && containsAddress(network, address);
  });
  const [first] = evidenceTargets(network, known).addresses;
  return used ?? formatAddress(first ?? { family: network.family, value: network.address });
}

async function openAll(directory: string, open: readonly Open[]): Promise<Open[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.mmdb')).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(directory, name);
      const changedMs = (await stat(file)).mtimeMs;
      const same = open.find((one) => one.file === file && one.changedMs === changedMs);
      return same ?? { file, changedMs, reader: new Reader<Response>(await readFile(file)) };
    }),
  );
}
