import type { NodeEntry, NodeEntryState } from '../../../db/queries/node.ts';
import { prefixStart, readAddress, readPrefix } from '../../../lib/domain/address-words.ts';
import { formatAddress } from '../../../lib/domain/ip.ts';
import { addEntryId, type EntryIds, findEntryId, formatUuid, newEntryIds, readUuid } from './entry-ids.ts';

// Every entry that a node knows is one row of 48 octets in memory that threads can share. Rows are never taken out or
// given to another entry, so a row's number means one entry for as long as the table lives.

const STRIDE = 12;
const ADDRESS = 4;
const TERMS = 8;
/** seconds since 1970, 0 for no end */
const EXPIRES = 9;
/** state in the lowest octet, then the prefix length, then the family, then what bars it whatever its state */
const STATE = 10;
const PROOF_GENERATION = 11;

/** Known as ended before a restore: until staff have said so. */
const HELD_BACK = 1 << 24;
/** Announced as ended, and as what, in two bits: until it has been read. */
const CLOSED_SHIFT = 25;
const CLOSED = 3 << CLOSED_SHIFT;
const closings = ['ended', 'suspended', 'removed_abuse'] as const;

/** What an entry is said to be now that was in force. */
export type Closing = (typeof closings)[number];

const firstRows = 1024;

const states: readonly NodeEntryState[] = [
  'ended',
  'in_force',
  'suspended',
  'lapsed',
  'cancelled',
  'removed_abuse',
  'pending',
];

/** The rows as any thread reads them. */
export type RowWords = { readonly words: Uint32Array<SharedArrayBuffer> };

export type EntryRows = {
  words: Uint32Array<SharedArrayBuffer>;
  count: number;
  readonly ids: EntryIds;
  /** where one id and one address are taken apart */
  readonly id: Uint32Array;
  readonly address: Uint32Array;
};

export function newEntryRows(): EntryRows {
  return {
    words: new Uint32Array(new SharedArrayBuffer(firstRows * STRIDE * 4)),
    count: 0,
    ids: newEntryIds(),
    id: new Uint32Array(4),
    address: new Uint32Array(4),
  };
}

/** Octets of one row, as they also lie on disk. */
export const rowOctets = STRIDE * 4;

/**
 * Takes rows over as they were kept.
 * @throws RangeError where two rows have one id: then they were never rows of one table
 */
export function rowsFrom(octets: Uint8Array): EntryRows {
  const rows = newEntryRows();
  const count = octets.byteLength / rowOctets;
  if (!Number.isInteger(count)) throw new RangeError('rows are cut off');
  const room = Math.max(firstRows, 2 ** Math.ceil(Math.log2(count + 1)));
  rows.words = new Uint32Array(new SharedArrayBuffer(room * rowOctets));
  new Uint8Array(rows.words.buffer).set(octets);
  for (let row = 0; row < count; row += 1) {
    for (let word = 0; word < 4; word += 1) rows.id[word] = rows.words[row * STRIDE + word] as number;
    if (findEntryId(rows.ids, { words: rows.words, stride: STRIDE }, rows.id) >= 0) {
      throw new RangeError('two rows have one id');
    }
    addEntryId(rows.ids, { words: rows.words, stride: STRIDE }, rows.id, row);
  }
  rows.count = count;
  return rows;
}

/** @returns the row of an entry, -1 where the node has none */
export function findRow(rows: EntryRows, entryId: string): number {
  readUuid(entryId, rows.id);
  return findEntryId(rows.ids, { words: rows.words, stride: STRIDE }, rows.id);
}

/**
 * Writes an entry into its row, or into a new one. One that is closed stays so while it is in force: what is written may
 * have been read before it was closed.
 * @returns the row
 */
export function putRow(rows: EntryRows, entry: NodeEntry, terms: number, heldBack = false): number {
  const found = findRow(rows, entry.entryId);
  const row = found < 0 ? addRow(rows) : found;
  const at = row * STRIDE;
  const { words } = rows;
  const shape = readNetwork(entry.network, rows.address);
  const closed = entry.state === 'in_force' ? (words[at + STATE] as number) & CLOSED : 0;
  const bars = heldBack ? HELD_BACK | closed : closed;
  for (let word = 0; word < 4; word += 1) words[at + ADDRESS + word] = rows.address[word] as number;
  words[at + PROOF_GENERATION] = entry.proofGeneration;
  Atomics.store(words, at + EXPIRES, entry.expiresAt === null ? 0 : secondsOf(entry.expiresAt));
  Atomics.store(words, at + TERMS, terms);
  // Last: who reads the state in another thread finds the rest written.
  Atomics.store(words, at + STATE, states.indexOf(entry.state) | (shape << 8) | bars);
  return row;
}

/**
 * Seconds since 1970 in one word. What is before is as long past as the first second, and what does not fit ends with
 * the last: neither may come out as another year, or as no end at all.
 */
function secondsOf(milliseconds: number): number {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds >= 1 ? Math.min(seconds, 0xffff_ffff) : 1;
}

function addRow(rows: EntryRows): number {
  const row = rows.count;
  if ((row + 1) * STRIDE > rows.words.length) {
    const bigger = new Uint32Array(new SharedArrayBuffer(rows.words.byteLength * 2));
    bigger.set(rows.words);
    rows.words = bigger;
  }
  rows.words.set(rows.id, row * STRIDE);
  addEntryId(rows.ids, { words: rows.words, stride: STRIDE }, rows.id, row);
  rows.count += 1;
  return row;
}

/** @returns prefix length, and the family above it @throws RangeError for a text that is no network */
function readNetwork(network: string, address: Uint32Array): number {
  const behindSlash = prefixStart(network, 0, network.length);
  const addressEnd = behindSlash < 0 ? network.length : behindSlash - 1;
  address.fill(0);
  const family = readAddress(network, 0, addressEnd, address);
  const bits = family === 4 ? 32 : 128;
  const prefix = behindSlash < 0 ? bits : readPrefix(network, behindSlash, network.length, bits);
  if (family === 0 || prefix < 0) throw new RangeError(`not a network: ${network}`);
  return prefix | (family << 8);
}

export function rowState(rows: RowWords, row: number): NodeEntryState {
  return states[Atomics.load(rows.words, row * STRIDE + STATE) & 0xff] as NodeEntryState;
}

/** @returns milliseconds since 1970, null for no end */
export function rowExpiresAt(rows: RowWords, row: number): number | null {
  const seconds = Atomics.load(rows.words, row * STRIDE + EXPIRES);
  return seconds === 0 ? null : seconds * 1000;
}

/**
 * What it counts as now: its state, or what bars it while it is in force. Of one look at it, since another thread may
 * change it in between.
 */
export function rowCountsAs(rows: RowWords, row: number): NodeEntryState | 'held_back' {
  const word = Atomics.load(rows.words, row * STRIDE + STATE);
  const state = states[word & 0xff] as NodeEntryState;
  if (state !== 'in_force') return state;
  return word & HELD_BACK ? 'held_back' : (closingIn(word) ?? state);
}

/** What it is said to be now, where that was not read yet. */
export function rowClosing(rows: RowWords, row: number): Closing | null {
  return closingIn(Atomics.load(rows.words, row * STRIDE + STATE));
}

function closingIn(word: number): Closing | null {
  return closings[((word & CLOSED) >>> CLOSED_SHIFT) - 1] ?? null;
}

export function holdBack(rows: RowWords, row: number): void {
  Atomics.or(rows.words, row * STRIDE + STATE, HELD_BACK);
}

export function release(rows: RowWords, row: number): void {
  Atomics.and(rows.words, row * STRIDE + STATE, ~HELD_BACK);
}

/** It counts for nothing until it is reopened, or written as what is not in force anyway. */
export function close(rows: RowWords, row: number, closing: Closing): void {
  const { words } = rows;
  const at = row * STRIDE + STATE;
  Atomics.store(
    words,
    at,
    ((words[at] as number) & ~CLOSED) | ((closings.indexOf(closing) + 1) << CLOSED_SHIFT),
  );
}

/** @returns whether it was closed */
export function reopen(rows: RowWords, row: number): boolean {
  return (Atomics.and(rows.words, row * STRIDE + STATE, ~CLOSED) & CLOSED) !== 0;
}

/** Takes the row of an entry that these rows do not have from others, as ended. */
export function rememberEnded(rows: EntryRows, others: RowWords, row: number): void {
  const from = others.words.slice(row * STRIDE, (row + 1) * STRIDE);
  rows.id.set(from.subarray(0, ADDRESS));
  from[STATE] = (((from[STATE] as number) & ~(HELD_BACK | CLOSED | 0xff)) | states.indexOf('ended')) >>> 0;
  from[TERMS] = 0;
  rows.words.set(from, addRow(rows) * STRIDE);
}

export function rowTerms(rows: RowWords, row: number): number {
  return Atomics.load(rows.words, row * STRIDE + TERMS);
}

export function rowProofGeneration(rows: RowWords, row: number): number {
  return rows.words[row * STRIDE + PROOF_GENERATION] as number;
}

export function rowEntryId(rows: RowWords, row: number): string {
  return formatUuid(rows.words, row * STRIDE);
}

/** Canonical text, always with the prefix length. */
export function rowNetwork(rows: RowWords, row: number): string {
  const at = row * STRIDE;
  const shape = (rows.words[at + STATE] as number) >>> 8;
  const family = ((shape >>> 8) & 0xff) === 4 ? 4 : 6;
  let value = 0n;
  for (let word = 0; word < (family === 4 ? 1 : 4); word += 1) {
    value = (value << 32n) | BigInt(rows.words[at + ADDRESS + word] as number);
  }
  return `${formatAddress({ family, value })}/${shape & 0xff}`;
}

/** A number that depends on the entry alone; the sum of all in force says whether two nodes hold the same. */
export function rowChecksum(rows: RowWords, row: number): number {
  const at = row * STRIDE;
  let mixed = 0x811c9dc5;
  for (let word = 0; word < 4; word += 1) {
    mixed = Math.imul(mixed ^ (rows.words[at + word] as number), 0x01000193);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> 0;
}
