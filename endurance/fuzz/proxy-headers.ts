import { isIPv4, isIPv6 } from 'node:net';
import { crc32c } from '../../smtp-worker/src/crc32c.ts';
import { type ProxyHeader, readProxyHeader } from '../../smtp-worker/src/proxy-protocol.ts';
import { type Dice, newDice, seedOf } from '../support/dice.ts';
import { mutate } from './mutate.ts';

// PROXY headers alone: the node's reader beside one that is written from the specification in another way.

const signature = '\r\n\r\n\0\r\nQUIT\n';

const addresses4 = [
  '203.0.113.5',
  '0.0.0.0',
  '255.255.255.255',
  '203.0.113.05',
  '1.2.3',
  '1.2.3.256',
  '127.1',
];
const addresses6 = ['2001:db8::1', '::', '::ffff:203.0.113.5', '2001:DB8:0:0::1', 'fe80::1%1', '::1::', 'x'];
const ports = ['0', '25', '65535', '65536', '+1', '00', '', '1e3'];

/** A header as text, one character an octet: nearly right more often than not. */
export function newHeader(dice: Dice): string {
  const header = dice.chance(0.5) ? newLine(dice) : newBlock(dice);
  return dice.chance(0.5) ? header : mutate(dice, header);
}

function newLine(dice: Dice): string {
  const [kind, addresses] = dice.pick([
    ['TCP4', addresses4],
    ['TCP6', addresses6],
    ['TCP6', addresses4],
    ['UNKNOWN', addresses4],
    ['UDP4', addresses4],
  ] as const);
  const pick = (values: readonly string[]) => (dice.chance(0.8) ? (values[0] ?? '') : dice.pick(values));
  const end = dice.chance(0.9) ? '\r\n' : dice.pick(['\n', '\r', '', ' \r\n', '\r\r\n']);
  return `PROXY ${kind} ${pick(addresses)} ${pick(addresses)} ${pick(ports.slice(1))} ${pick(ports)}${end}`;
}

const blocks: readonly (readonly [family: number, octets: number])[] = [
  [0x11, 12],
  [0x21, 36],
  [0x31, 216],
  [0x00, 0],
  [0x12, 12],
  [0x11, 36],
  [0x40, 0],
];

function newBlock(dice: Dice): string {
  const [family, size] = dice.pick(blocks);
  const mapped = dice.chance(0.3);
  let block = Buffer.from(Array.from({ length: size }, () => dice.number(256)));
  if (family === 0x21 && mapped) block.fill(0, 0, 10).fill(0xff, 10, 12);
  for (let more = dice.number(3); more > 0; more -= 1) block = Buffer.concat([block, newTlv(dice)]);
  const checked = dice.chance(0.3);
  if (checked) block = Buffer.concat([block, Buffer.from([0x03, 0, 4, 0, 0, 0, 0])]);
  const length = block.length + (dice.chance(0.1) ? dice.pick([-1, 1, 4096, 65_000]) : 0);
  const head = Buffer.from([
    ...Buffer.from(signature, 'latin1'),
    dice.pick([0x21, 0x21, 0x20, 0x22, 0x11]),
    family,
  ]);
  const lengths = Buffer.alloc(2);
  lengths.writeUInt16BE(Math.min(65_535, Math.max(0, length)));
  const header = Buffer.concat([head, lengths, block]);
  if (checked) header.writeUInt32BE(crc32c(header), header.length - 4);
  return header.toString('latin1');
}

function newTlv(dice: Dice): Buffer {
  const value = Buffer.from(Array.from({ length: dice.number(20) }, () => dice.number(256)));
  const length = value.length + (dice.chance(0.1) ? dice.pick([-1, 1, 300]) : 0);
  return Buffer.from([
    dice.pick([0x01, 0x02, 0x04, 0x05, 0x20, 0xea]),
    0,
    Math.max(0, length) & 0xff,
    ...value,
  ]);
}

/**
 * What the specification makes of octets that are one header and nothing else: address and port of the client, or that
 * they are none.
 */
function referenceClient(text: string): string | null | 'bad' {
  return text.startsWith('PROXY ') ? referenceLine(text) : referenceBlock(Buffer.from(text, 'latin1'));
}

function referenceLine(text: string): string | null | 'bad' {
  if (text.length > 107) return 'bad';
  if (/^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/.test(text)) return null;
  const port = '(0|[1-9][0-9]{0,4})';
  const match = new RegExp(`^PROXY TCP([46]) ([^ ]+) ([^ ]+) ${port} ${port}\r\n$`).exec(text);
  if (match === null) return 'bad';
  const [, family, source = '', destination = '', from, to] = match;
  if (Number(from) > 65_535 || Number(to) > 65_535) return 'bad';
  const is = family === '4' ? isIPv4 : (address: string) => isIPv6(address) && !address.includes('%');
  if (!is(source) || !is(destination)) return 'bad';
  return `${family === '4' ? source : canonical6(source)} ${from}`;
}

/** The URL parser writes IPv6 addresses as RFC 5952 has them, but for those that hold an IPv4 one. */
function canonical6(text: string): string {
  const written = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written);
  if (mapped === null) return written;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function referenceBlock(octets: Buffer): string | null | 'bad' {
  if (octets.length < 16 || octets.toString('latin1', 0, 12) !== signature) return 'bad';
  const [command, family, length] = [octets[12], octets[13], octets.readUInt16BE(14)];
  if ((command !== 0x20 && command !== 0x21) || octets.length !== 16 + length || length > 4096) return 'bad';
  const size = new Map([
    [0x00, 0],
    [0x11, 12],
    [0x21, 36],
    [0x31, 216],
  ]).get(family ?? -1);
  if (size === undefined || length < size) return 'bad';
  let at = 16 + size;
  let checksums = 0;
  while (at < octets.length) {
    if (octets.length - at < 3) return 'bad';
    const [type, end] = [octets[at], at + 3 + octets.readUInt16BE(at + 1)];
    if (end > octets.length) return 'bad';
    if (type === 3) {
      checksums += 1;
      if (end - at !== 7) return 'bad';
      const zeroed = Buffer.concat([octets.subarray(0, at + 3), Buffer.alloc(4), octets.subarray(end)]);
      if (crc32c(zeroed) !== octets.readUInt32BE(at + 3)) return 'bad';
    }
    at = end;
  }
  if (checksums > 1) return 'bad';
  if (command === 0x20) return null;
  const port = (at: number) => ((octets[at] ?? 0) << 8) + (octets[at + 1] ?? 0);
  if (family === 0x11) return `${octets.subarray(16, 20).join('.')} ${port(24)}`;
  if (family !== 0x21) return null;
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(16 + index * 2).toString(16));
  return `${canonical6(groups.join(':'))} ${port(48)}`;
}

/** Port 0 is no port, and known as little as one that is not told. */
function clientOf({ client, clientPort }: Extract<ProxyHeader, { status: 'whole' }>): string | null {
  return client === null ? null : `${client} ${clientPort ?? 0}`;
}

/** Reads so many headers, octet by octet as well as at once. @throws Error with the header that is read otherwise */
export function fuzzProxyHeaders(count: number, run: number): { good: number; bad: number } {
  const counts = { good: 0, bad: 0 };
  for (let index = 0; index < count; index += 1) {
    const seed = seedOf(run, index);
    const dice = newDice(seed);
    const text = newHeader(dice);
    const octets = Buffer.from(text, 'latin1');
    const read = readProxyHeader(octets);
    // The reader stops where the header ends; what follows is not its affair.
    const header = read.status === 'whole' ? text.slice(0, read.octets) : text;
    const expected = referenceClient(header);
    const got = read.status === 'whole' ? clientOf(read) : 'bad';
    if (got !== expected) {
      throw new Error(`seed ${seed}: ${JSON.stringify(text)} is ${JSON.stringify(read)}, not ${expected}`);
    }
    const early = readProxyHeader(octets.subarray(0, dice.number(octets.length + 1)));
    const forgets =
      early.status === 'bad' ? read.status !== 'bad' : early.status === 'whole' && got === 'bad';
    if (forgets) throw new Error(`seed ${seed}: ${JSON.stringify(text)} is judged otherwise in pieces`);
    counts[got === 'bad' ? 'bad' : 'good'] += 1;
  }
  return counts;
}
