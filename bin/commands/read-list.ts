import { parse } from 'csv-parse/sync';
import { parseNetwork } from '../../lib/domain/network.ts';
import type { ListRow } from '../../lib/operations/import-entries.ts';

/** The columns that a list may have, with the names that people give them. The first two are needed. */
const columns = {
  network: ['network', 'address', 'ip', 'ip_address', 'cidr'],
  server: ['server'],
  label: ['label', 'name', 'comment'],
  purpose: ['purpose'],
  site: ['site', 'location'],
  contact: ['contact'],
  provider: ['provider', 'isp'],
  rarely_sends: ['rarely_sends'],
} as const satisfies Record<string, readonly string[]>;
type Column = keyof typeof columns;

const yes = ['yes', 'true', '1', 'y', 'x'];
const MOST_CHARACTERS = 200;

export type ReadList = { ok: true; rows: ListRow[] } | { ok: false; message: string };

const empty: ReadList = { ok: false, message: 'The list is empty.' };

/**
 * Reads a list that was kept by hand: CSV with commas, semicolons or tabs, quoted as RFC 4180 says, or plain lines of
 * address, server and whatever else, with spaces between. A first line that names the columns is read as such. Lines
 * that begin with `#` and empty ones are passed over.
 */
export function readList(text: string): ReadList {
  const records = splitRecords(text.replace(/^\ufeff/, ''));
  if (!records.ok) return records;
  const [first, ...others] = records.rows;
  if (first === undefined) return empty;
  const named = first.fields.map(columnNamed);
  // Also where its column of addresses has a name that is not known: by their order alone, others would be lost.
  const hasHeader =
    named.includes('network') || (named.includes('server') && !parseNetwork(first.fields[0] ?? '').ok);
  if (hasHeader && !named.includes('server')) {
    return {
      ok: false,
      message: 'The list has no column "server": each address needs the slug of a server.',
    };
  }
  const unknown = hasHeader ? first.fields.filter((_, index) => named[index] === undefined) : [];
  if (unknown.length > 0) {
    const known = Object.keys(columns).join(', ');
    return { ok: false, message: `The column "${unknown[0]}" is not known. Columns: ${known}.` };
  }
  if (hasHeader && !named.includes('network')) {
    return { ok: false, message: 'The list has no column "network" with the addresses.' };
  }
  const order = hasHeader ? named : (['network', 'server', 'label'] as const);
  const rows = (hasHeader ? others : records.rows).map(({ line, fields }) => rowOf(line, fields, order));
  return rows.length === 0 ? empty : { ok: true, rows };
}

type Fields = { line: number; fields: string[] };

function splitRecords(text: string): { ok: true; rows: Fields[] } | { ok: false; message: string } {
  const sample = text.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const delimiter = ['\t', ';', ','].find((one) => sample.includes(one));
  if (delimiter === undefined) return { ok: true, rows: splitWords(text) };
  try {
    const records = parse(text, {
      delimiter,
      comment: '#',
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return { ok: true, rows: records.map(({ record, info }) => ({ line: info.lines, fields: record })) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `The list cannot be read as CSV: ${reason}` };
  }
}

/** Address, server, and the rest of the line as the label, also where it stands behind a `#`. */
function splitWords(text: string): Fields[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const [network, server, ...rest] = content.trim().split(/\s+/);
    if (network === undefined || network === '' || network.startsWith('#')) return [];
    const label = rest.join(' ').replace(/^#\s*/, '');
    return [{ line: index + 1, fields: [network, server ?? '', label] }];
  });
}

function columnNamed(text: string): Column | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  return (Object.keys(columns) as Column[]).find((column) =>
    (columns[column] as readonly string[]).includes(name),
  );
}

function rowOf(line: number, fields: readonly string[], order: readonly (Column | undefined)[]): ListRow {
  const value = (column: Column) => fields[order.indexOf(column)]?.trim() || null;
  const short = (column: Column) => value(column)?.slice(0, MOST_CHARACTERS) ?? null;
  return {
    line,
    network: value('network') ?? '',
    server: value('server') ?? '',
    label: short('label'),
    purpose: short('purpose'),
    site: short('site'),
    contact: short('contact'),
    provider: short('provider'),
    rarelySends: yes.includes(value('rarely_sends')?.toLowerCase() ?? ''),
  };
}
