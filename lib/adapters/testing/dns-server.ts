import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  type DnsQuestion,
  type DnsRecord,
  type RecordType,
  type ResponseCode,
  readQuestion,
  writeAnswer,
} from './dns-wire.ts';

/** For tests: a name server on loopback, UDP and TCP, that can also be silent, broken or hostile. */
export type DnsReply =
  | { code?: ResponseCode; records?: readonly DnsRecord[]; afterMs?: number }
  /** Nothing is ever answered. */
  | 'silence'
  /** Bytes that are no answer. */
  | 'garbage';

export type DnsHandler = (question: { name: string; type: RecordType | null }) => DnsReply;

export type DnsServer = {
  /** `host:port`, as `DNS_SERVERS` has it. */
  address: string;
  /** Every question asked so far, as `TYPE name`. */
  questions: string[];
  /** Answers otherwise from now on. */
  use: (handler: DnsHandler) => void;
  close: () => Promise<void>;
};

const LARGEST_DATAGRAM = 512;
const ATTEMPTS = 10;

export async function startDnsServer(handler: DnsHandler): Promise<DnsServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listen(handler);
    } catch (error) {
      // The port that UDP was given may be taken on TCP by somebody else.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function listen(first: DnsHandler): Promise<DnsServer> {
  const questions: string[] = [];
  let handler = first;
  let open = true;
  const udp = createSocket('udp4');
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const { port } = udp.address();
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    answerStream(socket, (message) => answer(message, false).reply);
  });
  tcp.listen(port, '127.0.0.1');
  try {
    await once(tcp, 'listening');
  } catch (error) {
    udp.close();
    throw error;
  }

  function answer(message: Buffer, datagram: boolean): { reply?: Buffer | undefined; afterMs?: number } {
    const question = readQuestion(message);
    if (question === undefined) return {};
    questions.push(`${question.type ?? '?'} ${question.name}`);
    const said = handler(question);
    const reply = encode(message, question, said, datagram);
    return typeof said === 'object' && said.afterMs !== undefined
      ? { reply, afterMs: said.afterMs }
      : { reply };
  }

  udp.on('message', (message: Buffer, peer: RemoteInfo) => {
    const { reply, afterMs } = answer(message, true);
    if (reply === undefined) return;
    const send = () => {
      if (open) udp.send(reply, peer.port, peer.address);
    };
    if (afterMs === undefined) send();
    else setTimeout(send, afterMs);
  });
  return {
    address: `127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    questions,
    use: (next) => {
      handler = next;
    },
    close: async () => {
      open = false;
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

function encode(
  message: Buffer,
  question: DnsQuestion,
  reply: DnsReply,
  datagram: boolean,
): Buffer | undefined {
  if (reply === 'silence') return undefined;
  if (reply === 'garbage') return Buffer.concat([message.subarray(0, 2), Buffer.alloc(30, 0xff)]);
  const whole = writeAnswer(message, question, reply);
  if (!datagram || whole.length <= LARGEST_DATAGRAM) return whole;
  return writeAnswer(message, question, { ...reply, truncated: true });
}

/** RFC 1035 section 4.2.2: each message on a stream has its length in front. */
function answerStream(socket: Socket, answer: (message: Buffer) => Buffer | undefined): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const reply = answer(received.subarray(2, end));
      received = received.subarray(end);
      if (reply === undefined) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}

/** A handler from a table: `TYPE name` to its records, a response code or a fault. What is not there is NXDOMAIN. */
export function zone(
  table: Readonly<
    Record<string, readonly string[] | readonly DnsRecord[] | ResponseCode | 'silence' | 'garbage'>
  >,
): DnsHandler {
  const names = new Set(Object.keys(table).map((key) => key.slice(key.indexOf(' ') + 1)));
  return ({ name, type }) => {
    const found = type === null ? undefined : table[`${type} ${name}`];
    if (found === undefined) return { code: names.has(name) ? 'NOERROR' : 'NXDOMAIN' };
    if (found === 'silence' || found === 'garbage') return found;
    if (typeof found === 'string') return { code: found };
    return {
      records: found.map((record) =>
        typeof record === 'string' ? { type: type as DnsRecord['type'], data: record } : record,
      ),
    };
  };
}
