import { type Network, parseNetwork } from '../../domain/network.ts';

// For tests: writes a database in MaxMind's format, as far as it takes to be read.
// https://maxmind.github.io/MaxMind-DB/

type Value = string | number | boolean | { [key: string]: Value };
type Node = { children: [Child, Child] };
type Child = Node | { data: Buffer } | null;

const TYPE = { string: 2, double: 3, uint32: 6, map: 7, boolean: 14 } as const;
const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const SEPARATOR = Buffer.alloc(16);
const RECORD_BYTES = 3;

/** A database of IPv4 networks. Whole numbers become unsigned integers, others doubles. */
export function mmdbFile(databaseType: string, rows: Readonly<Record<string, Value>>): Buffer {
  const root: Node = { children: [null, null] };
  for (const [text, value] of Object.entries(rows)) {
    const parsed = parseNetwork(text);
    if (!parsed.ok || parsed.network.family !== 4) throw new Error(`not an IPv4 network: ${text}`);
    place(root, parsed.network, encode(value));
  }
  const nodes = numbered(root);
  const data: Buffer[] = [];
  let dataLength = 0;
  const records = nodes.flatMap((node) =>
    node.children.map((child) => {
      if (child === null) return nodes.length;
      if ('children' in child) return nodes.indexOf(child);
      const pointer = nodes.length + SEPARATOR.length + dataLength;
      data.push(child.data);
      dataLength += child.data.length;
      return pointer;
    }),
  );
  const tree = Buffer.alloc(records.length * RECORD_BYTES);
  records.forEach((record, index) => {
    tree.writeUIntBE(record, index * RECORD_BYTES, RECORD_BYTES);
  });
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    database_type: databaseType,
    description: {},
    ip_version: 4,
    node_count: nodes.length,
    record_size: RECORD_BYTES * 8,
  });
  return Buffer.concat([tree, SEPARATOR, ...data, METADATA_MARKER, metadata]);
}

function place(root: Node, network: Network, data: Buffer): void {
  let node = root;
  for (let depth = 0; depth < network.prefix; depth += 1) {
    const bit = Number((network.address >> BigInt(31 - depth)) & 1n) as 0 | 1;
    if (depth === network.prefix - 1) {
      node.children[bit] = { data };
      return;
    }
    const next = node.children[bit];
    const inner: Node = next !== null && 'children' in next ? next : { children: [null, null] };
    node.children[bit] = inner;
    node = inner;
  }
}

function numbered(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes) {
    for (const child of node.children) if (child !== null && 'children' in child) nodes.push(child);
  }
  return nodes;
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    return Buffer.concat([control(TYPE.string, bytes.length), bytes]);
  }
  if (typeof value === 'boolean') return control(TYPE.boolean, value ? 1 : 0);
  if (typeof value === 'number' && Number.isInteger(value)) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(TYPE.uint32, 4), bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(TYPE.double, 8), bytes]);
  }
  const members = Object.entries(value);
  return Buffer.concat([
    control(TYPE.map, members.length),
    ...members.flatMap(([key, member]) => [encode(key), encode(member)]),
  ]);
}

/** Three bits of type and five of size; a type over 7 and a size over 28 take a byte more each. */
function control(type: number, size: number): Buffer {
  if (size > 284) throw new Error('longer than these tests need');
  const shortSize = Math.min(size, 29);
  const first = type > 7 ? [shortSize, type - 7] : [(type << 5) | shortSize];
  return Buffer.from(size >= 29 ? [...first, size - 29] : first);
}
