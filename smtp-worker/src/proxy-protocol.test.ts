import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { readProxyHeader } from './proxy-protocol.ts';

const read = (header: string | Buffer) =>
  readProxyHeader(typeof header === 'string' ? Buffer.from(header, 'latin1') : header);

const signature = '0d0a0d0a000d0a515549540a';
const binary = (hex: string) => Buffer.from(signature + hex.replaceAll(' ', ''), 'hex');
const ipv4 = 'cb007105 c0000201 d431 0019';
const ipv6 = `20010db8000000000000000000000001 20010db8000000000000000000000002 d431 0019`;
const mapped = `00000000000000000000ffffcb007105 00000000000000000000ffffc0000201 d431 0019`;

function withChecksum(hex: string, change = 0): Buffer {
  const header = binary(hex);
  const at = header.length - 4;
  header.writeUInt32BE((crc32c(header) ^ change) >>> 0, at);
  return header;
}

describe('who the client is', () => {
  test.each<[string, string | Buffer, string | null, number | null]>([
    ['v1 TCP4', 'PROXY TCP4 203.0.113.5 192.0.2.1 54321 25\r\n', '203.0.113.5', 54_321],
    ['v1 TCP6', 'PROXY TCP6 2001:DB8::0001 2001:db8::2 54321 25\r\n', '2001:db8::1', 54_321],
    [
      'v1 TCP6 of a mapped client',
      'PROXY TCP6 ::ffff:203.0.113.5 ::ffff:192.0.2.1 1 25\r\n',
      '203.0.113.5',
      1,
    ],
    ['v1 highest port', 'PROXY TCP4 203.0.113.5 192.0.2.1 65535 0\r\n', '203.0.113.5', 65_535],
    ['v1 port 0, which is none', 'PROXY TCP4 203.0.113.5 192.0.2.1 0 65535\r\n', '203.0.113.5', null],
    ['v1 UNKNOWN', 'PROXY UNKNOWN\r\n', null, null],
    ['v1 UNKNOWN with whatever', 'PROXY UNKNOWN 203.0.113.5 192.0.2.1 1 25\r\n', null, null],
    ['v2 IPv4', binary(`2111000c ${ipv4}`), '203.0.113.5', 54_321],
    ['v2 IPv6', binary(`21210024 ${ipv6}`), '2001:db8::1', 54_321],
    ['v2 IPv6 of a mapped client', binary(`21210024 ${mapped}`), '203.0.113.5', 54_321],
    ['v2 Unix', binary(`213100d8 ${'00'.repeat(216)}`), null, null],
    ['v2 unspecified', binary('21000000'), null, null],
    ['v2 unspecified with a TLV', binary('21000004 04000100'), null, null],
    ['v2 LOCAL', binary('20000000'), null, null],
    ['v2 LOCAL with an address that does not count', binary(`2011000c ${ipv4}`), null, null],
    ['v2 TLVs', binary(`21110016 ${ipv4} 040001ff 0500037879 7a`), '203.0.113.5', 54_321],
    ['v1 as long as it may be', `PROXY UNKNOWN ${'x'.repeat(91)}\r\n`, null, null],
    ['v2 as long as it may be', binary(`21111000 ${ipv4} 040ff1${'00'.repeat(4081)}`), '203.0.113.5', 54_321],
    ['v2 an empty TLV at the end', binary('21000003 040000'), null, null],
    ['v2 checksum', withChecksum(`21110013 ${ipv4} 030004 00000000`), '203.0.113.5', 54_321],
  ])('%s', (_, header, client, clientPort) => {
    expect(read(header)).toEqual({
      status: 'whole',
      octets: Buffer.byteLength(header, 'latin1'),
      client,
      clientPort,
    });
  });

  test('what follows the header is left alone', () => {
    expect(read('PROXY UNKNOWN\r\nEHLO x\r\n')).toEqual({
      status: 'whole',
      octets: 15,
      client: null,
      clientPort: null,
    });
    const early = 'EHLO x\r\n'.repeat(50);
    expect(read(`PROXY UNKNOWN\r\n${early}`)).toMatchObject({ status: 'whole', octets: 15 });
    expect(read(Buffer.concat([binary(`2111000c ${ipv4}`), Buffer.from('EHLO x\r\n')]))).toMatchObject({
      octets: 28,
    });
  });
});

describe('bad', () => {
  test.each<[string, string | Buffer]>([
    ['SMTP without a header', 'EHLO x\r\n'],
    ['lower case', 'proxy TCP4 203.0.113.5 192.0.2.1 1 25\r\n'],
    ['no space', 'PROXYTCP4'],
    ['v1 two spaces', 'PROXY  TCP4 203.0.113.5 192.0.2.1 1 25\r\n'],
    ['v1 two spaces later', 'PROXY TCP4 203.0.113.5  192.0.2.1 1 25\r\n'],
    ['v1 TCP4 with IPv6', 'PROXY TCP4 2020:dead::0001 2021:cafe::0002 65535 65535\r\n'],
    ['v1 mixed families', 'PROXY TCP6 1.2.3.4 2021:cafe::0002 65535 65535\r\n'],
    ['v1 mixed families the other way', 'PROXY TCP4 1.2.3.4 2021:cafe::0002 65535 65535\r\n'],
    ['v1 host names', 'PROXY TCP4 invalid invalid 65533 65533\r\n'],
    ['v1 leading zero in an octet', 'PROXY TCP4 203.0.113.05 192.0.2.1 1 25\r\n'],
    ['v1 zone', 'PROXY TCP6 fe80::1%eth0 2001:db8::2 1 25\r\n'],
    ['v1 port with a sign', 'PROXY TCP4 1.2.3.4 5.6.7.8 +80 443\r\n'],
    ['v1 port with a leading zero', 'PROXY TCP4 1.2.3.4 5.6.7.8 080 443\r\n'],
    ['v1 port too high', 'PROXY TCP4 1.2.3.4 5.6.7.8 65536 443\r\n'],
    ['v1 one port', 'PROXY TCP4 1.2.3.4 5.6.7.8 80\r\n'],
    ['v1 trailing text', 'PROXY TCP6 2020:dead::0001 2021:cafe::0002 0 25 text\r\n'],
    ['v1 trailing space', 'PROXY TCP4 1.2.3.4 5.6.7.8 80 25 \r\n'],
    ['v1 no CR', 'PROXY UNKNOWN\nEHLO x\r\n'],
    ['v1 no CR, where one octet less would be a header', 'PROXY TCP4 1.2.3.4 5.6.7.8 80 255\n'],
    ['v1 CR inside', 'PROXY UNKNOWN\rEHLO x\r\n'],
    ['v1 CR where anything may stand', 'PROXY UNKNOWN x\rEHLO x\r\n'],
    ['v1 unknown protocol', 'PROXY UDP4 1.2.3.4 5.6.7.8 80 25\r\n'],
    ['v1 UNKNOWN as part of a word', 'PROXY UNKNOWNS\r\n'],
    ['v1 without an end', `PROXY UNKNOWN ${'x'.repeat(100)}`],
    ['v1 of 108 octets', `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`],
    ['v1 an unknown protocol with addresses that are some', 'PROXY TCP7 2001:db8::1 2001:db8::2 80 25\r\n'],
    ['v1 of 107 octets, none of them its end', `PROXY UNKNOWN ${'x'.repeat(93)}`],
    ['v2 one octet too long', binary(`21111001 ${ipv4} 040ff2${'00'.repeat(4082)}`)],
    ['v2 half a signature, then something else', Buffer.from('0d0a0d0a45', 'hex')],
    ['v2 version 3', binary('30000000')],
    ['v2 version 1', binary('11110000')],
    ['v2 version, before the rest is there', binary('31')],
    ['v2 unknown command', binary(`2211000c ${ipv4}`)],
    ['v2 family 4', binary('21400000')],
    ['v2 LOCAL of family 4', binary('20400000')],
    ['v2 LOCAL of IPv6 family with IPv4 payload', binary('2021000c c0a8000bac100016fffe1f90')],
    ['v2 transport 3', binary(`2113000c ${ipv4}`)],
    ['v2 datagram', binary(`2112000c ${ipv4}`)],
    ['v2 IPv4 too short', binary('2111000b cb007105c0000201d43100')],
    ['v2 IPv6 family with IPv4 payload', binary('2121000c c0a8000bac100016fffe1f90')],
    ['v2 too long', binary('2111ffff')],
    ['v2 half a TLV', binary(`2111000e ${ipv4} 0400`)],
    ['v2 TLV beyond the end', binary(`21110010 ${ipv4} 040005ff`)],
    ['v2 wrong checksum', withChecksum(`21110013 ${ipv4} 030004 00000000`, 1)],
    ['v2 checksum of three octets', binary(`21110012 ${ipv4} 030003 000000`)],
    ['v2 two checksums', binary(`2111001a ${ipv4} 03000400000000 03000400000000`)],
    [
      'v2 two checksums, the last of them right',
      withChecksum(`2111001a ${ipv4} 03000400000000 03000400000000`),
    ],
  ])('%s', (_, header) => {
    expect(read(header).status).toBe('bad');
  });
});

test.each([
  ['PROXY UDP4 1.2.3.4 5.6.7.8 80 25\r\n', 'version 1: unknown protocol'],
  ['PROXY TCP4 1.2.3.4 ::1 80 25\r\n', 'version 1: addresses'],
])('the log has what is wrong: %j', (header, reason) => {
  expect(read(header)).toEqual({ status: 'bad', reason });
});

test('a line may be as long as it is not whole', () => {
  expect(read(`PROXY UNKNOWN ${'x'.repeat(92)}`).status).toBe('more');
});

test('a header may come octet by octet', () => {
  const headers = [
    Buffer.from('PROXY TCP4 203.0.113.5 192.0.2.1 54321 25\r\n'),
    withChecksum(`21110013 ${ipv4} 030004 00000000`),
  ];
  for (const header of headers) {
    for (let length = 0; length < header.length; length += 1) {
      expect(readProxyHeader(header.subarray(0, length)).status).toBe('more');
    }
    expect(readProxyHeader(header)).toMatchObject({ client: '203.0.113.5', clientPort: 54_321 });
  }
});

test('any octets at all end in one of three answers, and "more" never beyond what a header can be', () => {
  const start = fc.constantFrom(Buffer.alloc(0), Buffer.from(signature, 'hex'), Buffer.from('PROXY '));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (begin, rest) => {
      const octets = Buffer.concat([begin, rest]);
      const header = readProxyHeader(octets);
      if (header.status === 'whole') expect(header.octets).toBeLessThanOrEqual(octets.length);
      if (header.status === 'more') expect(octets.length).toBeLessThan(4096 + 16);
    }),
    { numRuns: 3000 },
  );
});
