import { type Address, formatAddress } from './ip.ts';

/**
 * How much of an address a host name spells out, as providers do that name addresses by the thousand.
 * `parts`: how many octets (IPv4), or 4 for an IPv6 address or a number that stands for the whole.
 */
export type AddressInName = { readonly text: string; readonly parts: number };

type Run = { readonly text: string; readonly value: number; readonly start: number; readonly end: number };

function digitRuns(name: string): readonly Run[] {
  return [...name.matchAll(/[0-9]+/g)].map((match) => ({
    text: match[0],
    value: Number(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function span(name: string, runs: readonly Run[]): string {
  const start = Math.min(...runs.map((run) => run.start));
  return name.slice(start, Math.max(...runs.map((run) => run.end)));
}

/**
 * Looks for an address in a host name: octets in any order, with any separator, padded, run together, hexadecimal or
 * as one number; the nibbles of an IPv6 address. Where the address is not known, for what looks like one.
 * @returns undefined where nothing of it is found; one part for the last octet alone, which may be chance
 */
export function findAddressInName(name: string, address: Address | undefined): AddressInName | undefined {
  const found = [
    address?.family === 4 ? findQuad(name, address) : undefined,
    address?.family === 6 ? findNibbles(name, address) : undefined,
    looksLikeAddress(name, address?.family),
  ];
  return found.reduce<AddressInName | undefined>(
    (best, one) => (one !== undefined && one.parts > (best?.parts ?? 0) ? one : best),
    undefined,
  );
}

function octetsOf(address: Address): readonly number[] {
  return formatAddress(address).split('.').map(Number);
}

function findQuad(name: string, address: Address): AddressInName | undefined {
  const octets = octetsOf(address);
  return (
    findWhole(name, octets) ??
    findJoined(name, octets) ??
    findHexadecimal(name, octets) ??
    findOctets(name, octets)
  );
}

/** Three octets, or the last two, as hexadecimal digits that stand for themselves: `node-c-8b22` for 139.34. */
function findHexadecimal(name: string, octets: readonly number[]): AddressInName | undefined {
  const digits = octets.map((octet) => octet.toString(16).padStart(2, '0'));
  for (const part of [digits.slice(1), digits.slice(0, 3), digits.slice(2)]) {
    for (const text of [part.join(''), part.toReversed().join('')]) {
      const isWord = new RegExp(`(?<![0-9a-f])${text}(?![0-9a-z])`).test(name);
      if (isWord && /[0-9]/.test(text) && /[a-f]/.test(text)) return { text, parts: part.length };
    }
  }
  return undefined;
}

/** The whole address as one word: `5b283a6b`, `0xd5aaf40b`, `3232235777`, in either order. */
function findWhole(name: string, octets: readonly number[]): AddressInName | undefined {
  const orders = [octets, octets.toReversed()];
  const spellings = orders.flatMap((order) => [
    order.map((octet) => octet.toString(16).padStart(2, '0')).join(''),
    order.map((octet) => octet.toString(16).padStart(2, '0')).join('-'),
    String(order.reduce((sum, octet) => sum * 256 + octet, 0)),
  ]);
  const text = spellings.find((spelling) => spelling.length >= 8 && name.includes(spelling));
  return text === undefined ? undefined : { text, parts: 4 };
}

/** Octets without anything between them: padded (`080109200248`), or as they are (`2046820` for 20.46.82.0). */
function findJoined(name: string, octets: readonly number[]): AddressInName | undefined {
  const padded = octets.map((octet) => String(octet).padStart(3, '0'));
  const plain = octets.map(String);
  for (const count of [4, 3, 2]) {
    for (const list of [padded, plain]) {
      for (let first = 0; first + count <= 4; first += 1) {
        const part = list.slice(first, first + count);
        for (const text of [part.join(''), part.toReversed().join('')]) {
          const isRun = digitRuns(name).some((run) => run.text === text);
          // The last two octets tell as much as three.
          if (text.length >= 4 && isRun) return { text, parts: count === 2 && first === 2 ? 3 : count };
        }
      }
    }
  }
  return undefined;
}

/** Octets as numbers of their own, wherever they stand; each number of the name counts for one octet. */
function findOctets(name: string, octets: readonly number[]): AddressInName | undefined {
  const rest = [...digitRuns(name)];
  const hits: Run[] = [];
  for (const octet of octets) {
    const at = rest.findIndex((run) => run.value === octet && run.text.length <= 3);
    if (at >= 0) hits.push(...rest.splice(at, 1));
  }
  // Small numbers count machines: `mx2` at 198.51.100.2 is no octet. Two hits only where they stand together.
  const telling = hits.filter((run) => run.text.length >= 2).length;
  if (hits.length >= 3 && telling >= 2) return { text: span(name, hits), parts: hits.length };
  if (hits.length === 2 && telling === 2 && areNeighbours(name, hits)) {
    return { text: span(name, hits), parts: hasLastTwo(hits, octets) ? 3 : 2 };
  }
  // The last octet alone, where it is no small number.
  const last = hits.find((run) => run.value === octets[3] && run.text.length >= 2 && run.value >= 32);
  return last === undefined ? undefined : { text: last.text, parts: 1 };
}

/** The last two octets tell as much as three: what comes before them is the same for a whole network. */
function hasLastTwo(hits: readonly Run[], octets: readonly number[]): boolean {
  const values = hits.map((run) => run.value);
  return values.includes(octets[2] ?? -1) && values.includes(octets[3] ?? -1);
}

function areNeighbours(name: string, [one, other]: readonly Run[]): boolean {
  if (one === undefined || other === undefined) return false;
  const between =
    one.start < other.start ? name.slice(one.end, other.start) : name.slice(other.end, one.start);
  return /^(?:[a-z]{0,2}|[._-][a-z]?)$/.test(between);
}

/** Eight nibbles in a row, a quarter of the address, or three groups of it as they are written in addresses. */
function findNibbles(name: string, address: Address): AddressInName | undefined {
  const nibbles = address.value.toString(16).padStart(32, '0');
  for (let first = 0; first + 8 <= 32; first += 4) {
    const part = nibbles.slice(first, first + 8);
    if (!/^0+$/.test(part) && name.replace(/[._-]/g, '').includes(part)) return { text: part, parts: 4 };
    const turned = [...part].reverse().join('.');
    if (!/^0+$/.test(part) && name.includes(turned)) return { text: turned, parts: 4 };
  }
  const groups = (nibbles.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''));
  for (let first = 0; first + 3 <= 8; first += 1) {
    const part = groups.slice(first, first + 3);
    const text = part.join('-');
    if (part.join('').length >= 5 && `-${name.replace(/[._]/g, '-')}`.includes(`-${text}`))
      return { text, parts: 4 };
  }
  return undefined;
}

/** What looks like an address, also of another family or when the address is not known. */
function looksLikeAddress(name: string, family: 4 | 6 | undefined): AddressInName | undefined {
  const quad = /(?<![0-9])([0-9]{1,3})[._x-]([0-9]{1,3})[._x-]([0-9]{1,3})[._x-]([0-9]{1,3})(?![0-9])/.exec(
    name,
  );
  if (quad?.slice(1).every((octet) => Number(octet) <= 255)) return { text: quad[0], parts: 4 };
  const padded = /(?<![0-9])(?:[01][0-9]{2}|2[0-4][0-9]|25[0-5]){4}(?![0-9])/.exec(name);
  if (padded !== null) return { text: padded[0], parts: 4 };
  const groups = /(?<![0-9a-f])(?:[0-9a-f]{1,4}-){7}[0-9a-f]{1,4}(?![0-9a-f])/.exec(name);
  if (groups !== null) return { text: groups[0], parts: 4 };
  const compressed = /(?<![0-9a-f])2[0-9a-f]{3}-[0-9a-f]{1,4}(?:-{1,2}[0-9a-f]{1,4})+/.exec(name);
  if (family === 6 && compressed !== null) return { text: compressed[0], parts: 4 };
  // With letters and digits: all digits are a count or a date, all letters a word.
  const hex = /(?<![0-9a-f])(?:0x)?(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8}(?![0-9a-z])/.exec(name);
  if (hex !== null) return { text: hex[0], parts: 4 };
  const prefixed = /(?<![0-9a-z])[a-z]{1,2}((?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8})(?![0-9a-z])/.exec(
    name,
  );
  if (prefixed?.[1] !== undefined) return { text: prefixed[1], parts: 4 };
  return threeOctets(name);
}

/** Three octets side by side; a fourth one elsewhere in the name makes the address whole. */
function threeOctets(name: string): AddressInName | undefined {
  const three = /(?<![0-9])([0-9]{1,3})[._x-]([0-9]{1,3})[._x-]([0-9]{1,3})(?![0-9])/.exec(name);
  if (three === null || three.slice(1).some((octet) => Number(octet) > 255)) return undefined;
  const others = digitRuns(name).filter(
    (run) => run.value <= 255 && (run.end <= three.index || run.start >= three.index + three[0].length),
  );
  return { text: three[0], parts: others.length > 0 ? 4 : 3 };
}

/** A hardware address in the name: the line's modem is named, not a machine of the holder. */
export function findHardwareAddress(name: string): string | undefined {
  const match =
    /(?<![0-9a-f])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12}(?![0-9a-z])/.exec(name) ??
    /(?<![0-9a-z])[a-z]{1,3}((?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12})(?![0-9a-z])/.exec(name) ??
    /(?<![0-9a-f])(?:[0-9a-f]{2}-){5}[0-9a-f]{2}(?![0-9a-f])/.exec(name);
  return match?.[1] ?? match?.[0];
}
