// Just enough of RFC 1035 to answer as a name server would, and as it should not: names are bytes, not text.

const recordTypes = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28 } as const;
export type RecordType = keyof typeof recordTypes;

const responseCodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
export type ResponseCode = keyof typeof responseCodes;

/** `data`: a name (text, or labels as bytes for names that no text can spell), an address, or a TXT string. */
export type DnsRecord = {
  name?: string;
  type: Exclude<RecordType, 'SOA'>;
  data: string | Buffer[];
  ttlSeconds?: number;
};

export type DnsQuestion = { id: number; name: string; type: RecordType | null; end: number };

const HEADER_LENGTH = 12;
const CLASS_IN = 1;
const FLAGS_ANSWER = 0x8180;
const FLAG_TRUNCATED = 0x0200;

/** The question of a query, its name in lower case; undefined for what is no query with exactly one question. */
export function readQuestion(message: Buffer): DnsQuestion | undefined {
  if (message.length < HEADER_LENGTH || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_LENGTH;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
  const code = message.readUInt16BE(at);
  const type = (Object.keys(recordTypes) as RecordType[]).find((name) => recordTypes[name] === code) ?? null;
  return { id: message.readUInt16BE(0), name: labels.join('.'), type, end: at + 4 };
}

/** A whole answer to `query`; with `truncated` the header alone says that TCP has the rest. */
export function writeAnswer(
  query: Buffer,
  question: DnsQuestion,
  reply: { code?: ResponseCode; records?: readonly DnsRecord[]; truncated?: boolean },
): Buffer {
  const records = reply.truncated ? [] : (reply.records ?? []);
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt16BE(question.id, 0);
  header.writeUInt16BE(
    FLAGS_ANSWER | responseCodes[reply.code ?? 'NOERROR'] | (reply.truncated ? FLAG_TRUNCATED : 0),
    2,
  );
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const asked = query.subarray(HEADER_LENGTH, question.end);
  return Buffer.concat([header, asked, ...records.map((record) => writeRecord(record, question.name))]);
}

function writeRecord(record: DnsRecord, questionName: string): Buffer {
  const data = recordData(record);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(recordTypes[record.type], 0);
  fixed.writeUInt16BE(CLASS_IN, 2);
  fixed.writeUInt32BE(record.ttlSeconds ?? 0, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([writeName(record.name ?? questionName), fixed, data]);
}

function recordData({ type, data }: DnsRecord): Buffer {
  if (Array.isArray(data)) return writeLabels(data);
  if (type === 'A') return Buffer.from(data.split('.').map(Number));
  if (type === 'AAAA') return writeIpv6(data);
  if (type === 'TXT') {
    const text = Buffer.from(data, 'latin1');
    const strings: Buffer[] = [];
    for (let at = 0; at < text.length || at === 0; at += 255) {
      const part = text.subarray(at, at + 255);
      strings.push(Buffer.from([part.length]), part);
    }
    return Buffer.concat(strings);
  }
  return writeName(data);
}

function writeName(name: string): Buffer {
  return writeLabels(name === '' ? [] : name.split('.').map((label) => Buffer.from(label, 'latin1')));
}

function writeLabels(labels: readonly Buffer[]): Buffer {
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.from([label.length]), label]),
    Buffer.from([0]),
  ]);
}

function writeIpv6(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  const bytes = Buffer.alloc(16);
  all.forEach((group, index) => {
    bytes.writeUInt16BE(group, index * 2);
  });
  return bytes;
}
