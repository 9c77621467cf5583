/**
 * Which row an entry's id stands in: open addressing over the rows' own ids. A `Map` of a million UUIDs as text would
 * take more memory than everything else the node holds.
 */
export type EntryIds = { slots: Uint32Array; used: number };

const firstSlots = 1024;
const fullShare = 0.6;

export function newEntryIds(): EntryIds {
  return { slots: new Uint32Array(firstSlots), used: 0 };
}

/** Ids are compared as the four words that a row begins with. */
export type IdWords = { readonly words: Uint32Array; readonly stride: number };

export function findEntryId(ids: EntryIds, rows: IdWords, id: Uint32Array): number {
  const { slots } = ids;
  for (let slot = home(slots, id); ; slot = slot + 1 === slots.length ? 0 : slot + 1) {
    const row = (slots[slot] as number) - 1;
    if (row < 0) return -1;
    if (isSame(rows, row, id)) return row;
  }
}

/** For an id that is not there yet. */
export function addEntryId(ids: EntryIds, rows: IdWords, id: Uint32Array, row: number): void {
  if ((ids.used + 1) / ids.slots.length > fullShare) grow(ids, rows);
  place(ids.slots, id, row);
  ids.used += 1;
}

function grow(ids: EntryIds, rows: IdWords): void {
  const before = ids.slots;
  ids.slots = new Uint32Array(before.length * 2);
  const id = new Uint32Array(4);
  for (const kept of before) {
    if (kept === 0) continue;
    for (let word = 0; word < 4; word += 1) id[word] = rows.words[(kept - 1) * rows.stride + word] as number;
    place(ids.slots, id, kept - 1);
  }
}

function place(slots: Uint32Array, id: Uint32Array, row: number): void {
  let slot = home(slots, id);
  while (slots[slot] !== 0) slot = slot + 1 === slots.length ? 0 : slot + 1;
  slots[slot] = row + 1;
}

/** The last words of a UUID are random in versions 4 and 7. */
function home(slots: Uint32Array, id: Uint32Array): number {
  const mixed = Math.imul((id[3] as number) ^ ((id[2] as number) << 7), 0x9e3779b1) >>> 0;
  return Math.floor((mixed / 0x1_0000_0000) * slots.length);
}

function isSame(rows: IdWords, row: number, id: Uint32Array): boolean {
  const at = row * rows.stride;
  for (let word = 0; word < 4; word += 1) if (rows.words[at + word] !== id[word]) return false;
  return true;
}

/** @throws RangeError for a text that is no UUID: ids come from the database */
export function readUuid(text: string, into: Uint32Array): void {
  let digits = 0;
  let word = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dash) continue;
    const digit = hexDigit(code);
    if (digit < 0 || digits === uuidDigits) throw new RangeError(`not a UUID: ${text}`);
    word = (word << 4) | digit;
    digits += 1;
    if (digits % digitsOfWord === 0) into[digits / digitsOfWord - 1] = word;
  }
  if (digits !== uuidDigits) throw new RangeError(`not a UUID: ${text}`);
}

const dash = 0x2d;
const uuidDigits = 32;
const digitsOfWord = 8;

/** @returns -1 for a character that is none */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

export function formatUuid(words: Uint32Array, at: number): string {
  let hex = '';
  for (let word = 0; word < 4; word += 1) hex += (words[at + word] as number).toString(16).padStart(8, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
