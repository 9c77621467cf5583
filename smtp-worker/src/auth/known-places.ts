import { createHmac } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { labelledKeys, type Secrets } from '../../../lib/secrets/keys.ts';

/**
 * From where each user name has signed in within the last 30 days: whoever guesses passwords elsewhere cannot lock the
 * owner out there. Kept in a file, so that a restart in the middle of an attack does not forget the owners; what stands
 * in it are keyed digests, from which nobody reads names or addresses.
 */
export type KnownPlaces = {
  readonly has: (name: string, place: string) => boolean;
  readonly add: (name: string, place: string) => void;
  /** Writes what is new. A file that cannot be written costs no more than a restart does. */
  readonly save: () => Promise<void>;
};

export type KnownPlacesOptions = { file: string; secrets: Secrets; nowMs: () => number; log: Logger };

const lifetimeMs = 30 * 24 * 60 * 60 * 1000;
const mostKept = 50_000;
const digestOctets = 16;
const line = /^([\w-]{22}) (\d{1,15})$/;

export async function openKnownPlaces({
  file,
  secrets,
  nowMs,
  log,
}: KnownPlacesOptions): Promise<KnownPlaces> {
  const keys = labelledKeys(secrets, 'credential-cache');
  const until = await read(file, nowMs(), log);
  let changed = false;

  const digests = (name: string, place: string) =>
    keys.map(({ key }) =>
      createHmac('sha256', key)
        .update(`${name.length}:${name}${place}`)
        .digest()
        .subarray(0, digestOctets)
        .toString('base64url'),
    );

  return {
    has: (name, place) => digests(name, place).some((digest) => (until.get(digest) ?? 0) > nowMs()),
    add: (name, place) => {
      const [digest = ''] = digests(name, place);
      // The one that was not seen for longest stands first.
      until.delete(digest);
      until.set(digest, nowMs() + lifetimeMs);
      if (until.size > mostKept) until.delete(until.keys().next().value as string);
      changed = true;
    },
    save: async () => {
      if (!changed) return;
      changed = false;
      const draft = `${file}.${process.pid}`;
      try {
        const text = [...until].map(([digest, end]) => `${digest} ${end}\n`).join('');
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(draft, text, { mode: 0o600 });
        await rename(draft, file);
      } catch (error) {
        log.warn({ reason: String(error) }, 'places of sign-ins could not be kept');
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

async function read(file: string, now: number, log: Logger): Promise<Map<string, number>> {
  const until = new Map<string, number>();
  try {
    for (const text of (await readFile(file, 'utf8')).split('\n')) {
      const match = line.exec(text);
      if (match?.[1] !== undefined && Number(match[2]) > now) until.set(match[1], Number(match[2]));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.warn({ reason: String(error) }, 'places of sign-ins could not be read');
    }
  }
  return until;
}
