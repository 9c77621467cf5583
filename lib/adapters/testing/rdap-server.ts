import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For tests: an RDAP server on loopback (any HTTP server, really) that can also do everything wrong. */
export type RdapReply =
  | { status?: number; headers?: Record<string, string>; body?: string | object; afterMs?: number }
  /** Takes the request and never answers. */
  | 'silence'
  /** Closes the connection without a word. */
  | 'hang_up'
  /** Sends that many bytes of a string that never ends. */
  | { endlessBytes: number };

export type RdapServer = {
  /** Base address, as `RDAP_URL` has it. */
  url: string;
  /** Every path asked for so far. */
  requests: string[];
  /** Answers otherwise from now on. */
  use: (handler: RdapHandler) => void;
  close: () => Promise<void>;
};

export type RdapHandler = (path: string, request: IncomingMessage) => RdapReply;

const CHUNK = 65_536;

export async function startRdapServer(first: RdapHandler): Promise<RdapServer> {
  let handler = first;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    requests.push(path);
    respond(response, handler(path, request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    use: (next) => {
      handler = next;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function respond(response: ServerResponse, reply: RdapReply): void {
  if (reply === 'silence') return;
  if (reply === 'hang_up') {
    response.destroy();
    return;
  }
  if ('endlessBytes' in reply) {
    response.writeHead(200, { 'content-type': 'application/rdap+json' });
    response.write('{"remarks":"');
    writeEndlessly(response, reply.endlessBytes);
    return;
  }
  const { status = 200, headers = {}, body = '', afterMs } = reply;
  const answer = () => {
    response.writeHead(status, { 'content-type': 'application/rdap+json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  if (afterMs === undefined) answer();
  else setTimeout(answer, afterMs);
}

function writeEndlessly(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= CHUNK;
      if (!response.write('x'.repeat(CHUNK))) {
        response.once('drain', more);
        return;
      }
    }
    response.end('"}');
  };
  more();
}

/** An answer as a registry gives it, with the members to be tried changed. */
export function rdapNetwork(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    rdapConformance: ['rdap_level_0', 'cidr0'],
    objectClassName: 'ip network',
    handle: '45.90.1.0 - 45.90.1.255',
    name: 'ACME-OFFICE-NET',
    type: 'ASSIGNED PA',
    country: 'NL',
    ipVersion: 'v4',
    startAddress: '45.90.1.0',
    endAddress: '45.90.1.255',
    parentHandle: '45.90.0.0 - 45.90.255.255',
    status: ['active'],
    cidr0_cidrs: [{ v4prefix: '45.90.1.0', length: 24 }],
    events: [{ eventAction: 'registration', eventDate: '2019-03-04T09:00:00Z' }],
    remarks: [{ title: 'description', description: ['Acme Devices, head office'] }],
    entities: [
      {
        objectClassName: 'entity',
        handle: 'ORG-ACME1-EX',
        roles: ['registrant'],
        vcardArray: [
          'vcard',
          [
            ['version', {}, 'text', '4.0'],
            ['fn', {}, 'text', 'Acme Devices B.V.'],
            ['kind', {}, 'text', 'org'],
            ['adr', { label: 'Kade 1\nRotterdam' }, 'text', null],
          ],
        ],
      },
    ],
    ...members,
  };
}
