import { createServer, type Server, type Socket } from 'node:net';
import { formatAddress, normalisePeer, parseAddress } from '../../lib/domain/ip.ts';
import { enclosingNetwork } from '../../lib/domain/network.ts';
import type { SmtpRefusal } from '../../lib/domain/smtp-replies.ts';
import { buildWhitelistIndex, lookUpAddress } from '../../lib/domain/whitelist-index.ts';
import type { ClientCounts } from './client-counts.ts';
import { type Connection, type ConnectionStart, startConnection } from './connection.ts';
import { describeListenError } from './listen-error.ts';
import type { NodeServices } from './node-services.ts';
import { readProxyHeader } from './proxy-protocol.ts';

export type ListenerKind = 'plain' | 'tls' | 'proxy';

export type ListenAddress = { kind: ListenerKind; host: string; port: number };

export type Listeners = {
  /** Where they listen: ports that were 0 have their number. */
  readonly addresses: readonly ListenAddress[];
  readonly connections: () => Connection[];
  /** Whoever comes now hears 421, also an address in force. */
  readonly turnsAllAway: () => boolean;
  /** Puts its connections into counts that have begun anew. */
  readonly recount: () => void;
  /** No new connections; open ones finish what is under way. Resolves when all are gone, at the latest after a while. */
  readonly drain: (withinMs: number) => Promise<void>;
};

/** A PROXY header comes at once or never. */
const proxyHeaderMs = 5_000;
const sweepMs = 1_000;
const backlog = 4096;
const mostConnections = 20_000;
/** Of all that are not in force: the other places are for those who are, however many strangers come from wherever. */
const mostOfStrangers = 15_000;
/** Of one address that is not in force, IPv6 by /64; many devices may stand behind one that is. */
const mostOfStranger = 200;
/** Of an IPv6 /48 that is not in force: whoever was given one has 65,536 networks of the size that counts as one address. */
const mostOfSite = 1_000;
const mostOfListed = 2_000;
/** Of all addresses of one server: less than strangers leave, so that no customer takes the places of the others. */
const mostOfServer = 4_000;

export type ListenerOptions = {
  services: NodeServices;
  addresses: readonly ListenAddress[];
  /** Other threads listen on the same ports: the kernel spreads the connections over them. */
  sharesPorts: boolean;
  /** of all threads */
  counts: () => ClientCounts;
  trustedProxies: readonly string[];
  /** Networks that this node refuses whatever else holds. */
  isDenied: (client: string) => boolean;
};

export async function openListeners(options: ListenerOptions): Promise<Listeners> {
  const { services } = options;
  const trusted = buildWhitelistIndex(options.trustedProxies);
  /** and by which names each is counted; null for one that is turned away, which takes nobody's place meanwhile */
  const connections = new Map<Connection, readonly string[] | null>();
  const waitingForHeader = new Set<Socket>();
  const servers: Server[] = [];
  let draining = false;
  let gone: (() => void) | null = null;

  const sweeper = setInterval(() => {
    const now = services.elapsedMs();
    for (const connection of connections.keys()) connection.sweep(now);
  }, sweepMs);
  sweeper.unref();

  function accept(kind: ListenerKind, socket: Socket): void {
    services.metrics.connections.inc(kind);
    // Normalised here, once: nothing behind it looks at a peer again.
    const peer = normalisePeer(socket.remoteAddress);
    if (draining || peer === undefined) return void socket.destroy();
    if (kind !== 'proxy') {
      const clientPort = socket.remotePort ?? null;
      begin({ socket, client: peer, clientPort, early: null, implicitTls: kind === 'tls' });
    } else if (lookUpAddress(trusted, peer) >= 0) readHeader(socket);
    else socket.destroy();
  }

  /** Without a good header there is no session, and not a word. */
  function readHeader(socket: Socket): void {
    let held: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), proxyHeaderMs);
    waitingForHeader.add(socket);
    const forget = () => {
      clearTimeout(timer);
      waitingForHeader.delete(socket);
      socket.off('data', take);
    };
    const take = (octets: Buffer) => {
      held = held.length === 0 ? octets : Buffer.concat([held, octets]);
      const header = readProxyHeader(held);
      if (header.status === 'more') return;
      forget();
      if (header.status === 'bad') {
        services.log.info(
          { peer: socket.remoteAddress, reason: header.reason },
          'a PROXY header was refused',
        );
        socket.destroy();
        return;
      }
      const early = held.length > header.octets ? held.subarray(header.octets) : null;
      const { client, clientPort } = header;
      begin({ socket, client, clientPort, early, implicitTls: false });
    };
    socket.on('error', () => {});
    socket.once('close', forget);
    socket.on('data', take);
  }

  function begin(accepted: Omit<ConnectionStart, 'refusal' | 'ended'>): void {
    const { client } = accepted;
    const terms = client === null ? null : services.facts.standing(client).terms;
    const places = placesOf(client, terms?.serverSlug ?? null);
    const refusal = refusalOf(client, terms !== null, places);
    const names = refusal === null ? places.map(({ name }) => name) : null;
    if (names !== null) options.counts().add(names);
    const connection = startConnection(services, {
      ...accepted,
      refusal,
      ended: (ended) => {
        connections.delete(ended);
        if (names !== null) options.counts().remove(names);
        if (draining && connections.size === 0) gone?.();
      },
    });
    connections.set(connection, names);
  }

  function refusalOf(
    client: string | null,
    listed: boolean,
    places: readonly Place[],
  ): { rule: SmtpRefusal; reason: string } | null {
    if (client !== null && options.isDenied(client)) return { rule: 'denied_by_node', reason: 'deny file' };
    const refusal = refusalOfAll();
    if (refusal !== null) return refusal;
    const load = services.facts.load();
    if (load === 'full' && !listed) return { rule: 'too_busy', reason: `${load}, a stranger` };
    const full = places.find(({ name, most }) => options.counts().of(name) >= most);
    return full === undefined
      ? null
      : { rule: 'too_many_connections', reason: `${full.most} of ${full.whose}` };
  }

  function refusalOfAll(): { rule: SmtpRefusal; reason: string } | null {
    const inAll = options.counts().inAll();
    if (inAll >= mostConnections) return { rule: 'too_many_connections', reason: `${inAll} in all` };
    const load = services.facts.load();
    return load === 'spent' ? { rule: 'too_busy', reason: load } : null;
  }

  const addresses: ListenAddress[] = [];
  try {
    for (const { kind, host, port } of options.addresses) {
      const server = createServer({ noDelay: true }, (socket) => accept(kind, socket));
      await listen(server, host, port, options.sharesPorts);
      servers.push(server);
      const bound = server.address();
      addresses.push({ kind, host, port: typeof bound === 'object' && bound !== null ? bound.port : port });
    }
  } catch (error) {
    clearInterval(sweeper);
    for (const server of servers) server.close();
    throw error;
  }

  return {
    addresses,
    connections: () => [...connections.keys()],
    turnsAllAway: () => refusalOfAll() !== null,
    recount: () => {
      for (const names of connections.values()) if (names !== null) options.counts().add(names);
    },
    drain: async (withinMs) => {
      draining = true;
      for (const server of servers) server.close();
      for (const socket of waitingForHeader) socket.destroy();
      const left = new Promise<void>((resolve) => {
        gone = resolve;
      });
      for (const connection of [...connections.keys()]) connection.shutDown();
      if (connections.size > 0) {
        const timer = setTimeout(() => gone?.(), withinMs);
        await left;
        clearTimeout(timer);
      }
      clearInterval(sweeper);
      for (const connection of [...connections.keys()]) connection.destroy();
    },
  };
}

/** What a connection is counted under, and how many there may be. */
type Place = { readonly name: string; readonly most: number; readonly whose: string };

/**
 * Clients without an address count together: they all come from proxies that we trust.
 * @param server whose address in force this is, null for a stranger's
 */
export function placesOf(client: string | null, server: string | null): Place[] {
  const name = client?.includes(':') ? networkOf(client, 64) : (client ?? '');
  if (server !== null)
    return [
      { name, most: mostOfListed, whose: 'this client' },
      { name: `server ${server}`, most: mostOfServer, whose: 'this server' },
    ];
  const places: Place[] = [
    { name, most: mostOfStranger, whose: 'this client' },
    { name: 'strangers', most: mostOfStrangers, whose: 'all strangers' },
  ];
  if (client?.includes(':')) {
    places.push({ name: `site ${networkOf(client, 48)}`, most: mostOfSite, whose: 'this network' });
  }
  return places;
}

function networkOf(client: string, prefix: number): string {
  const address = parseAddress(client);
  return address === undefined
    ? client
    : formatAddress({ family: 6, value: enclosingNetwork(address, prefix).address });
}

/**
 * Finds out whether a port is free. Those who share ports share them with anybody who wants to, so that a second node
 * on the same machine would quietly take half of the connections.
 * @throws Error with a sentence for the operator
 */
export async function claimPort({ host, port }: ListenAddress): Promise<void> {
  const server = createServer();
  await listen(server, host, port, false);
  await new Promise((resolve) => server.close(resolve));
}

function listen(server: Server, host: string, port: number, reusePort: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(describeListenError(error, host, port));
    server.once('error', failed);
    server.listen({ host, port, backlog, reusePort }, () => {
      server.off('error', failed);
      server.on('error', () => {});
      resolve();
    });
  });
}
