import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NextHop } from './next-hop-url.ts';

/** What a connection to a next hop needs of its socket. */
export type HopSocket = Duplex & {
  readonly remoteAddress?: string | undefined;
  setTimeout(ms: number, act: () => void): unknown;
};

/** Connects, and gives whatever comes in to `take`, which is done with the octets when it returns. */
export type Dial = (hop: NextHop, take: (octets: Buffer) => void) => HopSocket;

/** All connections read into this in turn: a reply is text before the next one is read. */
const readBuffer = Buffer.alloc(16 * 1024);

export const dialTcp: Dial = ({ host, port }, take) =>
  connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    onread: {
      buffer: readBuffer,
      callback: (octets) => {
        take(readBuffer.subarray(0, octets));
        return true;
      },
    },
  });
