// The IANA bootstrap registries for RDAP (https://data.iana.org/rdap/ipv4.json and ipv6.json), state of 2024: which
// registry answers for which address space. A copy for where the network cannot be asked for the newest; /8s by number.

const afrinic = ['https://rdap.afrinic.net/rdap/'];
const apnic = ['https://rdap.apnic.net/'];
const arin = ['https://rdap.arin.net/registry/'];
const ripe = ['https://rdap.db.ripe.net/'];
const lacnic = ['https://rdap.lacnic.net/rdap/'];

/** `1 14 58-61` to the /8 networks. */
function eights(list: string): string[] {
  return list.split(' ').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}.0.0.0/8`);
  });
}

function networks(list: string): string[] {
  return list.split(' ');
}

/** RFC 9224 section 4: pairs of networks and the base addresses of their servers. */
export type BootstrapService = [networks: string[], urls: string[]];

export const shippedBootstrap: readonly BootstrapService[] = [
  [eights('41 102 105 154 196-197'), afrinic],
  [
    eights(
      '1 14 27 36 39 42-43 49 58-61 101 103 106 110-126 133 150 153 163 171 175 180 182-183 202-203 210-211 218-223',
    ),
    apnic,
  ],
  [
    eights(
      '3-4 6-9 11-13 15-24 26 28-30 32-35 38 40 44-45 47-48 50 52 54-56 63-76 96-100 104 107-108 128-132 134-140 142-144 146-149 152 155-162 164-170 172-174 184 192 198-199 204-209 214-216',
    ),
    arin,
  ],
  [eights('2 5 25 31 37 46 51 53 57 62 77-95 109 141 145 151 176 178 185 188 193-195 212-213 217'), ripe],
  [eights('177 179 181 186-187 189-191 200-201'), lacnic],
  [networks('2001:4200::/23 2c00::/12'), afrinic],
  [
    networks(
      '2001:200::/23 2001:4400::/23 2001:8000::/19 2001:a000::/20 2001:b000::/20 2001:c00::/23 2001:e00::/23 2400::/12 2410::/12',
    ),
    apnic,
  ],
  [networks('2001:400::/23 2001:1800::/23 2001:4800::/23 2600::/12 2610::/23 2620::/23 2630::/12'), arin],
  [
    networks(
      '2001:600::/23 2001:800::/22 2001:1400::/22 2001:1a00::/23 2001:1c00::/22 2001:2000::/19 2001:4000::/23 2001:4600::/23 2001:4a00::/23 2001:4c00::/23 2001:5000::/20 2003::/18 2a00::/12 2a10::/12',
    ),
    ripe,
  ],
  [networks('2001:1200::/23 2800::/12'), lacnic],
];
