import pino from 'pino';

export type SilentLog = {
  log: pino.Logger;
  /** for lines that another thread has made */
  write: (lines: string) => void;
  lines: () => ({ level: number; msg: string } & Readonly<Record<string, unknown>>)[];
};

/** A logger whose lines a test can look at. */
export function silentLog(): SilentLog {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const log = pino({ level: 'trace' }, { write });
  const lines = () =>
    written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return { log, write, lines };
}
