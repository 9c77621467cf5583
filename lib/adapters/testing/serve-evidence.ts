import { createInterface } from 'node:readline';
import { z } from 'zod';
import { dnsblQueryName } from '../../domain/dnsbl.ts';
import { formatAddress, parseAddress } from '../../domain/ip.ts';
import { firstAddress, lastAddress, parseNetwork } from '../../domain/network.ts';
import { reverseName } from '../../domain/reverse-name.ts';
import { type DnsHandler, startDnsServer, zone } from './dns-server.ts';
import { type RdapReply, rdapNetwork, startRdapServer } from './rdap-server.ts';

// For tests of the whole product: a process with a name server, a DNS list and an RDAP server on loopback that know what
// the first line of its standard input tells them. It says where they are, and ends when its input does, so with whoever
// started it.

const host = z.strictObject({
  /** PTR names. Each leads back to the address, but for those in `claimed`. */
  names: z.array(z.string()).default([]),
  claimed: z.array(z.string()).default([]),
  /** What the list answers; left out: not listed. */
  listed: z.ipv4().optional(),
  /** Whom the registry names; left out: nobody. */
  holder: z.string().optional(),
  network: z.string().optional(),
  /** Nothing answers: the name servers and the list fail, and so does the registry. */
  down: z.boolean().default(false),
});

const world = z.strictObject({
  list: z.string(),
  /** By address, or by network for what only the registry is asked about. */
  hosts: z.record(z.string(), host),
});
type World = z.output<typeof world>;

function dnsOf({ list, hosts }: World): DnsHandler {
  const table: Record<string, string[] | 'SERVFAIL'> = { [`A 2.0.0.127.${list}`]: ['127.0.0.2'] };
  for (const [key, { names, claimed, listed, down }] of Object.entries(hosts)) {
    const address = parseAddress(key);
    if (address === undefined) continue;
    const reverse = `PTR ${reverseName(address)}`;
    const query = `A ${dnsblQueryName(address, list)}`;
    if (down) {
      table[reverse] = 'SERVFAIL';
      table[query] = 'SERVFAIL';
      continue;
    }
    if (names.length + claimed.length > 0) table[reverse] = [...names, ...claimed];
    if (listed !== undefined) table[query] = [listed];
    for (const name of names) {
      const forward = `${address.family === 4 ? 'A' : 'AAAA'} ${name}`;
      const others = table[forward];
      table[forward] = [...(Array.isArray(others) ? others : []), key];
    }
  }
  return zone(table);
}

const lines = createInterface({ input: process.stdin });
lines.once('line', async (line) => {
  const { list, hosts } = world.parse(JSON.parse(line));
  const dns = await startDnsServer(dnsOf({ list, hosts }));
  const rdap = await startRdapServer((path) => registryAnswer(path.replace(/^\/ip\//, ''), hosts));
  lines.once('close', () => Promise.all([dns.close(), rdap.close()]));
  process.stdout.write(`${JSON.stringify({ dns: dns.address, rdap: rdap.url, list })}\n`);
});

function registryAnswer(question: string, hosts: World['hosts']): RdapReply {
  const asked = hosts[question];
  const parsed = parseNetwork(question);
  if (asked?.down) return { status: 500 };
  if (asked?.holder === undefined || !parsed.ok) return { status: 404 };
  const [start, end] = [firstAddress(parsed.network), lastAddress(parsed.network)].map(formatAddress);
  const card = [
    ['version', {}, 'text', '4.0'],
    ['fn', {}, 'text', asked.holder],
  ];
  return {
    body: rdapNetwork({
      name: asked.network ?? 'EXAMPLE-NET',
      handle: `${start} - ${end}`,
      startAddress: start,
      endAddress: end,
      cidr0_cidrs: [],
      remarks: [],
      entities: [{ objectClassName: 'entity', roles: ['registrant'], vcardArray: ['vcard', card] }],
    }),
  };
}
