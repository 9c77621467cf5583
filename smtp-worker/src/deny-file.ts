import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { formatNetwork, parseNetwork } from '../../lib/domain/network.ts';
import { buildWhitelistIndex, lookUpAddress, type WhitelistIndex } from '../../lib/domain/whitelist-index.ts';

/** Networks that this node refuses at once, for when nothing else works: one a line, `#` begins a comment. */
export type DenyFile = {
  readonly isDenied: (client: string) => boolean;
  /** Its networks, in memory that threads share; another one after each change. */
  readonly index: () => WhitelistIndex;
  /** Reads the file now; it is also read every second. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
};

const lookEveryMs = 1_000;

/**
 * A line that is no network is reported and passed over: the others must hold all the same.
 * @throws Error where there is a file and it cannot be read: a node does not start without knowing whom it refuses
 */
export async function openDenyFile(file: string, log: Logger, onChanged: () => void): Promise<DenyFile> {
  let text = '';
  let index = buildWhitelistIndex([]);

  async function look(): Promise<void> {
    try {
      take(await read(file));
    } catch (error) {
      // It keeps what it said: never open because of a fault.
      log.error({ reason: String(error) }, 'the deny file cannot be read, what it said still holds');
    }
  }

  function take(now: string): void {
    if (now === text) return;
    text = now;
    const networks = readNetworks(text, log);
    index = buildWhitelistIndex(networks);
    log.warn({ networks: networks.length }, 'the deny file has changed');
    onChanged();
  }

  take(
    await read(file).catch((error) => {
      throw new Error(`the deny file cannot be read, mend it or take it away: ${error}`, { cause: error });
    }),
  );
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    isDenied: (client) => lookUpAddress(index, client) >= 0,
    index: () => index,
    look,
    close: () => clearInterval(timer),
  };
}

/** No file is an empty one. */
async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function readNetworks(text: string, log: Logger): string[] {
  return text.split('\n').flatMap((line, index) => {
    const wanted = line.replace(/#.*/, '').trim();
    if (wanted === '') return [];
    const parsed = parseNetwork(wanted);
    if (parsed.ok) return [formatNetwork(parsed.network)];
    const [network] = parsed.suggestions;
    if (parsed.code === 'host_bits_set' && network !== undefined) {
      // Somebody in a hurry means all of it, or would rather have all of it refused than nothing.
      log.warn(
        { line: index + 1, network },
        'a line of the deny file has bits behind its prefix: all of its network is refused',
      );
      return [network];
    }
    log.error({ line: index + 1, code: parsed.code }, 'a line of the deny file is no network');
    return [];
  });
}
