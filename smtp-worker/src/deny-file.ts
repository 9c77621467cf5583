import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { parseAddress } from '../../lib/domain/ip.ts';
import { containsAddress, type Network, parseNetwork } from '../../lib/domain/network.ts';

/** Networks that this node refuses at once, for when nothing else works: one a line, `#` begins a comment. */
export type DenyFile = {
  readonly isDenied: (client: string) => boolean;
  /** Reads the file now; it is also read every second. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
};

const lookEveryMs = 1_000;

/** A line that is no network is reported and passed over: the others must hold all the same. */
export async function openDenyFile(file: string, log: Logger, onChanged: () => void): Promise<DenyFile> {
  let text = '';
  let networks: readonly Network[] = [];

  async function look(): Promise<void> {
    let now: string;
    try {
      now = await readFile(file, 'utf8');
    } catch (error) {
      // No file is an empty one. One that cannot be read keeps what it said: never open because of a fault.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        log.error({ reason: String(error) }, 'the deny file cannot be read, what it said still holds');
        return;
      }
      now = '';
    }
    if (now === text) return;
    text = now;
    networks = readNetworks(text, log);
    log.warn({ networks: networks.length }, 'the deny file has changed');
    onChanged();
  }

  await look();
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    isDenied: (client) => {
      if (networks.length === 0) return false;
      const address = parseAddress(client);
      return address !== undefined && networks.some((network) => containsAddress(network, address));
    },
    look,
    close: () => clearInterval(timer),
  };
}

function readNetworks(text: string, log: Logger): Network[] {
  return text.split('\n').flatMap((line, index) => {
    const wanted = line.replace(/#.*/, '').trim();
    if (wanted === '') return [];
    const parsed = parseNetwork(wanted);
    if (parsed.ok) return [parsed.network];
    log.error({ line: index + 1, code: parsed.code }, 'a line of the deny file is no network');
    return [];
  });
}
