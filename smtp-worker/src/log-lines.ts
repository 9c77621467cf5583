import type { Logger } from 'pino';
import { escapeObeyed } from '../../lib/domain/terminal-text.ts';

/** Lines that are gathered until there are enough of them for one write. */
export type GatheredLines = {
  /** Whole lines, one or more. */
  readonly write: (lines: string) => void;
  readonly flush: () => void;
};

const gatheredOctets = 64 * 1024;
/** Of one UTF-16 unit in UTF-8. */
const octetsEach = 3;

/** A write to the system for each line would cost as much as the message that it tells of. */
export function gatherLines(write: (octets: Buffer) => void): GatheredLines {
  let held = Buffer.allocUnsafe(gatheredOctets);
  let length = 0;

  function flush(): void {
    if (length === 0) return;
    const full = held.subarray(0, length);
    held = Buffer.allocUnsafe(gatheredOctets);
    length = 0;
    write(full);
  }

  function put(lines: string): void {
    const most = lines.length * octetsEach;
    if (length + most > gatheredOctets) flush();
    if (most > gatheredOctets) {
      write(Buffer.from(escapeObeyed(lines)));
      return;
    }
    const octets = held.write(lines, length);
    // As many octets as characters: all of it is ASCII, as nearly always, and its controls are escaped already.
    const harmless = octets === lines.length ? lines : escapeObeyed(lines);
    // Clients choose their names, and a terminal does what a control character in them says.
    if (harmless === lines) length += octets;
    else put(harmless);
  }

  return { write: put, flush };
}

/** Writes one line of a log at the level `info`. */
export type RecordWriter = (record: object, message: string) => void;

const info = 30;

/**
 * The same line as the logger's own, for records of plain values that are written with every message: the engine's own
 * JSON takes a tenth of the time of a serializer that has to be ready for anything.
 */
export function recordWriter(log: Logger, writeLine: (line: string) => void): RecordWriter {
  if (!log.isLevelEnabled('info')) return () => {};
  const bound = members(log.bindings());
  const isoTime = newIsoTime();
  return (record, message) =>
    writeLine(
      `{"level":${info},"time":"${isoTime(Date.now())}"${bound}${members(record)},"msg":${JSON.stringify(message)}}\n`,
    );
}

function members(record: object): string {
  const text = JSON.stringify(record);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

const yearToPoint = '2026-01-01T00:00:00.'.length;

/** What is the same for a whole second is made once in it. */
function newIsoTime(): (nowMs: number) => string {
  let second = Number.NaN;
  let upToPoint = '';
  return (nowMs) => {
    const now = Math.floor(nowMs / 1000);
    if (now !== second) {
      second = now;
      upToPoint = new Date(nowMs).toISOString().slice(0, yearToPoint);
    }
    return `${upToPoint}${String(nowMs - now * 1000).padStart(3, '0')}Z`;
  };
}
