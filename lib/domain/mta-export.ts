// What other makers' MTAs read instead of the database: files in their own formats, made of the view `smtp_whitelist`.
// None of them can hold to all that an entry's scope says, so an entry that is narrower than the format can say is left
// out rather than widened.

import type { TlsMode } from './entry-scope.ts';

/** MTAs that a file can be made for. */
export const exportFormats = ['postfix', 'haraka', 'kumomta'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A row of the view that is in force. */
export type RelayEntry = {
  /** canonical, with the prefix length */
  readonly network: string;
  readonly senderDomains: readonly string[];
  /** null: any */
  readonly recipientDomains: readonly string[] | null;
  readonly tls: TlsMode;
  /** messages are taken and thrown away */
  readonly sandboxed: boolean;
};

export type MtaExport = {
  readonly text: string;
  /** entries in the file */
  readonly entries: number;
  /** entries that the format cannot hold to */
  readonly leftOut: number;
};

const heading = '# Made by "postern export" from the whitelist: edits are lost.';

type Format = {
  /** Whether the file would let the entry do what its owner has excluded, and no more. */
  readonly holds: (entry: RelayEntry) => boolean;
  readonly write: (entries: readonly RelayEntry[], stale: boolean) => string[];
};

const formats: Readonly<Record<ExportFormat, Format>> = {
  postfix: {
    holds: ({ recipientDomains }) => recipientDomains === null,
    write: (entries, stale) => entries.map((entry) => `${entry.network} ${postfixAction(entry, stale)}`),
  },
  haraka: {
    holds: ({ recipientDomains, tls, sandboxed }) =>
      recipientDomains === null && tls !== 'required' && !sandboxed,
    // Always with its prefix: Haraka reads a bare IPv6 address as a /32.
    write: (entries, stale) => (stale ? [] : entries.map(({ network }) => network)),
  },
  kumomta: {
    holds: ({ recipientDomains, tls, sandboxed }) =>
      recipientDomains === null && tls !== 'required' && !sandboxed,
    write: (entries, stale) => (stale ? [] : kumoDomains(entries)),
  },
};

/**
 * The file that an MTA reads.
 * @param entries in force, by network
 * @param stale for too long nobody could say what is in force: nothing is let in on the old knowledge. Postfix tells
 *   known clients to come back later; the other formats have no words for that and refuse everybody.
 */
export function writeExport(format: ExportFormat, entries: readonly RelayEntry[], stale: boolean): MtaExport {
  const { holds, write } = formats[format];
  const held = entries.filter(holds);
  const leftOut = entries.length - held.length;
  const lines = [
    heading,
    ...(stale ? ['# The database has not been heard of for too long: nothing is in force here.'] : []),
    ...(leftOut === 0 ? [] : [`# Left out, as ${format} cannot hold to their scope: ${leftOut}`]),
    ...write(held, stale),
  ];
  return { text: `${lines.join('\n')}\n`, entries: stale ? 0 : held.length, leftOut };
}

/** Right-hand sides of access(5). */
function postfixAction({ tls, sandboxed }: RelayEntry, stale: boolean): string {
  if (stale) return '451 4.3.0 The whitelist cannot be read now, try again later';
  const action = sandboxed ? 'DISCARD sandbox' : 'permit';
  return tls === 'required' ? `reject_plaintext_session, ${action}` : action;
}

/** TOML of KumoMTA's listener domains: who may relay as each sender domain. */
function kumoDomains(entries: readonly RelayEntry[]): string[] {
  const networks = new Map<string, string[]>();
  for (const { network, senderDomains } of entries) {
    for (const domain of senderDomains) networks.set(domain, [...(networks.get(domain) ?? []), network]);
  }
  return [...networks]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([domain, from]) => [
      '',
      `[${JSON.stringify(domain)}]`,
      `relay_from = [${from.map((network) => JSON.stringify(network)).join(', ')}]`,
    ]);
}
