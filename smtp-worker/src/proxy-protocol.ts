import { type Address, formatAddress, parseAddress, unwrapMapped } from '../../lib/domain/ip.ts';
import { crc32c } from './crc32c.ts';

/**
 * A PROXY header, versions 1 and 2 of HAProxy's `proxy-protocol.txt`. `client` is normalised; it and `clientPort`, from
 * where it has connected, are null where the header names none (LOCAL, UNKNOWN, AF_UNIX). `octets` is how long it is.
 */
export type ProxyHeader =
  | { readonly status: 'more' }
  | { readonly status: 'bad'; readonly reason: string }
  | {
      readonly status: 'whole';
      readonly octets: number;
      readonly client: string | null;
      readonly clientPort: number | null;
    };

const more: ProxyHeader = { status: 'more' };

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const word = Buffer.from('PROXY ', 'latin1');
/** Section 2.1: the longest line of version 1 with CR LF. */
const longestLine = 107;
const fixedOctets = 16;
/** Addresses of Unix sockets take 216; the rest is room for what proxies add about TLS. */
const longestBlock = 4096;

/**
 * Reads the header at the start of what a proxy has sent. Nothing is guessed: octets that are no header are bad as
 * soon as that is certain.
 */
export function readProxyHeader(octets: Buffer): ProxyHeader {
  const [start, read] = octets[0] === signature[0] ? [signature, readBinary] : [word, readLine];
  const compared = Math.min(octets.length, start.length);
  if (octets.compare(start, 0, compared, 0, compared) !== 0) return bad('no PROXY header');
  return read(octets);
}

function bad(reason: string): ProxyHeader {
  return { status: 'bad', reason };
}

type Source = { readonly address: Address; readonly port: number };

function whole(octets: number, source: Source | null): ProxyHeader {
  if (source === null) return { status: 'whole', octets, client: null, clientPort: null };
  // IPv4 through an IPv6 socket is the IPv4 client that it is everywhere else.
  const client = formatAddress(unwrapMapped(source.address));
  // Nobody connects from port 0: such a proxy does not know.
  return { status: 'whole', octets, client, clientPort: source.port === 0 ? null : source.port };
}

/** Version 1: one line of text. */
function readLine(octets: Buffer): ProxyHeader {
  const end = octets.indexOf('\n');
  if (end < 0) return octets.length < longestLine ? more : bad('version 1: line too long');
  if (end >= longestLine) return bad('version 1: line too long');
  if (octets[end - 1] !== 0x0d) return bad('version 1: LF without CR');
  const text = octets.toString('latin1', word.length, end - 1);
  if (text.includes('\r')) return bad('version 1: CR without LF');
  if (text === 'UNKNOWN' || text.startsWith('UNKNOWN ')) return whole(end + 1, null);
  const [protocol, source = '', destination = '', ...ports] = text.split(' ');
  const family = protocol === 'TCP4' ? 4 : protocol === 'TCP6' ? 6 : null;
  if (family === null) return bad('version 1: unknown protocol');
  const address = parseAddress(source);
  if (address?.family !== family || parseAddress(destination)?.family !== family) {
    return bad('version 1: addresses');
  }
  if (ports.length !== 2 || !ports.every(isPort)) return bad('version 1: ports');
  return whole(end + 1, { address, port: Number(ports[0]) });
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** Octets of the addresses and ports of each family and transport (section 2.2); datagrams do not come this way. */
const addressBlocks = new Map([
  [0x00, 0],
  [0x11, 12],
  [0x21, 36],
  [0x31, 216],
]);

/** Version 2: binary. */
function readBinary(octets: Buffer): ProxyHeader {
  if (octets.length < fixedOctets) {
    return octets.length > 12 && (octets[12] as number) >> 4 !== 2 ? bad('version 2: version') : more;
  }
  const command = octets[12] as number;
  const length = octets.readUInt16BE(14);
  if (command >> 4 !== 2) return bad('version 2: version');
  if ((command & 15) > 1) return bad('version 2: command');
  if (length > longestBlock) return bad('version 2: too long');
  const family = octets[13] as number;
  const addresses = addressBlocks.get(family);
  if (addresses === undefined) return bad('version 2: family');
  if (addresses > length) return bad('version 2: shorter than its addresses');
  const end = fixedOctets + length;
  if (octets.length < end) return more;
  const problem = checkExtensions(octets.subarray(0, end), fixedOctets + addresses);
  if (problem !== null) return bad(problem);
  // LOCAL is the proxy itself, asking whether we are there: what it says of addresses does not count.
  const local = (command & 15) === 0;
  return whole(end, local ? null : sourceOf(octets, family));
}

/** Both addresses come before both ports, those of the source first. */
function sourceOf(octets: Buffer, family: number): Source | null {
  if (family >> 4 === 1) {
    const value = BigInt(octets.readUInt32BE(fixedOctets));
    return { address: { family: 4, value }, port: octets.readUInt16BE(fixedOctets + 8) };
  }
  if (family >> 4 !== 2) return null;
  const value = (octets.readBigUInt64BE(fixedOctets) << 64n) | octets.readBigUInt64BE(fixedOctets + 8);
  return { address: { family: 6, value }, port: octets.readUInt16BE(fixedOctets + 32) };
}

const checksumType = 0x03;

/** The TLVs behind the addresses: whole, and the checksum right where there is one. @returns what is wrong */
function checkExtensions(header: Buffer, from: number): string | null {
  let checksumAt = -1;
  for (let at = from; at < header.length; ) {
    if (at + 3 > header.length) return 'version 2: half a TLV';
    const length = header.readUInt16BE(at + 1);
    const end = at + 3 + length;
    if (end > header.length) return 'version 2: TLV beyond the end';
    if (header[at] === checksumType) {
      if (length !== 4 || checksumAt >= 0) return 'version 2: checksum of a wrong shape';
      checksumAt = at + 3;
    }
    at = end;
  }
  if (checksumAt < 0) return null;
  const given = header.readUInt32BE(checksumAt);
  const zeroed = Buffer.from(header).fill(0, checksumAt, checksumAt + 4);
  return crc32c(zeroed) === given ? null : 'version 2: checksum';
}
