// The least of a MaxMind DB file (format 2.0) that its readers take: an IPv4 search tree whose leaves are numbers.

/** One network as 32 address bits, a prefix length and the number at its leaf. */
export type Leaf = { readonly address: number; readonly prefix: number; readonly number: number };

const metadataMarker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** A database in memory with one leaf for each network; the networks must not overlap. */
export function writeDatabase(leaves: readonly Leaf[]): Buffer {
  let nodes = new Uint32Array(1 << 20);
  let count = 1;
  // While the tree grows, 0 is an empty record, a leaf is its place + 1 with the high bit.
  const leafBit = 0x80000000;
  for (const [place, leaf] of leaves.entries()) {
    let node = 0;
    for (let depth = 0; depth < leaf.prefix; depth += 1) {
      const record = 2 * node + ((leaf.address >>> (31 - depth)) & 1);
      if (depth === leaf.prefix - 1) {
        nodes[record] = (leafBit | (place + 1)) >>> 0;
        break;
      }
      if (nodes[record] === 0) {
        if (2 * count + 2 > nodes.length) nodes = grown(nodes);
        nodes[record] = count;
        count += 1;
      }
      node = nodes[record] as number;
    }
  }
  const tree = Buffer.alloc(count * 8);
  for (let record = 0; record < 2 * count; record += 1) {
    const value = nodes[record] as number;
    const isLeaf = (value & leafBit) !== 0;
    // Behind the tree come 16 zero bytes, then five bytes for each leaf.
    const pointer = isLeaf ? count + 16 + 5 * ((value & 0x7fffffff) - 1) : value === 0 ? count : value;
    tree.writeUInt32BE(pointer, record * 4);
  }
  const data = Buffer.alloc(16 + 5 * leaves.length);
  for (const [place, leaf] of leaves.entries()) {
    data.writeUInt8((6 << 5) | 4, 16 + 5 * place);
    data.writeUInt32BE(leaf.number, 17 + 5 * place);
  }
  return Buffer.concat([tree, data, metadataMarker, metadata(count)]);
}

function grown(nodes: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(nodes.length * 2);
  bigger.set(nodes);
  return bigger;
}

function metadata(nodeCount: number): Buffer {
  const fields: [string, Buffer][] = [
    ['binary_format_major_version', uint16(2)],
    ['binary_format_minor_version', uint16(0)],
    ['build_epoch', Buffer.from([0x04, 0x02, 0, 0, 0, 1])],
    ['database_type', text('bench')],
    ['description', Buffer.from([7 << 5])],
    ['ip_version', uint16(4)],
    ['languages', Buffer.from([0x00, 0x04])],
    ['node_count', uint32(nodeCount)],
    ['record_size', uint16(32)],
  ];
  const body = fields.flatMap(([name, value]) => [text(name), value]);
  return Buffer.concat([Buffer.from([(7 << 5) | fields.length]), ...body]);
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
}

function uint16(value: number): Buffer {
  return Buffer.from([(5 << 5) | 2, value >> 8, value & 255]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt8((6 << 5) | 4);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}
