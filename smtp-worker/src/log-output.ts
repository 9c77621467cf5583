import pino from 'pino';

/** Where the lines of a log go, as octets. */
export type LogOutput = { readonly write: (octets: Buffer) => void; readonly flushSync: () => void };

export type LogOutputOptions = {
  /** file descriptor */
  to: number;
  /** octets that may wait until somebody reads them */
  mostWaiting?: number;
  /** Some could not wait any more. Told once the log is read again. */
  onLost: (octets: number) => void;
};

const usualWaiting = 64 * 1024 * 1024;

/**
 * Writes without waiting. Where nobody reads, as behind a log daemon that hangs, lines wait up to a bound and are lost beyond
 * it: what strangers have a node say must not fill its memory, in which then no mail would have room.
 */
export function openLogOutput({ to, mostWaiting = usualWaiting, onLost }: LogOutputOptions): LogOutput {
  const output = pino.destination({ dest: to, sync: false, contentMode: 'buffer', maxLength: mostWaiting });
  let lost = 0;
  output.on('drop', (octets: Buffer) => {
    lost += octets.length;
  });
  output.on('drain', () => {
    if (lost > 0) onLost(lost);
    lost = 0;
  });
  return {
    // In that mode it takes octets, of which its type knows nothing.
    write: (octets) => void output.write(octets as Buffer & string),
    flushSync: () => output.flushSync(),
  };
}
