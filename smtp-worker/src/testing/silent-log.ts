import pino from 'pino';

/** A logger whose lines a test can look at. */
export function silentLog(): { log: pino.Logger; lines: () => { level: number; msg: string }[] } {
  const written: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void written.push(line) });
  return { log, lines: () => written.map((line) => JSON.parse(line)) };
}
