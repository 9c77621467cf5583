import type { Logger } from 'pino';
import type { Envelope, HandOver, HandOverEvents } from '../session/types.ts';
import { type NextHopConnection, openConnection } from './connection.ts';
import { type Connections, startHandOver } from './hand-over.ts';
import type { NextHop } from './next-hop-url.ts';

export type NextHopPool = {
  readonly open: (envelope: Envelope, events: HandOverEvents) => HandOver;
  readonly statistics: () => {
    idle: number;
    busy: number;
    opening: number;
    waiting: number;
    healthy: number;
  };
  /** Ends idle connections at once; those in use end with their message. */
  readonly close: () => void;
};

export type NextHopPoolOptions = {
  hops: readonly NextHop[];
  publicName: string;
  log: Logger;
  nowMs: () => number;
};

/** Connections to one next hop: more than Postfix takes by default (100) would only wait there. */
const mostConnections = 100;
const idleMs = 20_000;
/** After so many messages a connection is renewed, as MTAs behind a balancer like it. */
const mostUses = 1000;
const sweepMs = 1_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** After an outage a next hop is given one connection more each time one has opened. */
const slowStartConnections = 2;

type Waiting = { got: (connection: NextHopConnection) => void; none: (reason: string) => void };

/** One next hop and its connections. */
type Member = {
  readonly hop: NextHop;
  readonly idle: { connection: NextHopConnection; since: number }[];
  readonly busy: Set<NextHopConnection>;
  readonly opening: Set<NextHopConnection>;
  failures: number;
  downUntil: number;
  lastReason: string;
  /** most connections for now */
  allowed: number;
  /** spent turns, for shares by weight */
  turns: number;
};

/** Connections to all next hops, and the choice among them. */
export function openNextHopPool({ hops, publicName, log, nowMs }: NextHopPoolOptions): NextHopPool {
  const members: Member[] = hops.map((hop) => ({
    hop,
    idle: [],
    busy: new Set(),
    opening: new Set(),
    failures: 0,
    downUntil: 0,
    lastReason: '',
    allowed: mostConnections,
    turns: 0,
  }));
  const waiting: Waiting[] = [];
  let closed = false;
  const sweeper = setInterval(sweep, sweepMs);
  sweeper.unref();

  const connections: Connections = {
    acquire: (fresh, got, none) => {
      const request: Waiting = { got, none };
      if (!fresh) {
        const idle = takeIdle();
        if (idle !== null) {
          got(idle);
          return { cancel: () => {} };
        }
      }
      waiting.push(request);
      serve();
      return {
        cancel: () => {
          const place = waiting.indexOf(request);
          if (place >= 0) waiting.splice(place, 1);
        },
      };
    },
    release: (connection) => {
      const member = memberOf(connection);
      if (!member.busy.delete(connection)) return;
      if (closed || connection.uses() >= mostUses) return connection.close();
      const next = waiting.shift();
      if (next !== undefined) {
        member.busy.add(connection);
        next.got(connection);
      } else member.idle.push({ connection, since: nowMs() });
    },
  };

  function memberOf(connection: NextHopConnection): Member {
    const member = members.find(({ hop }) => hop === connection.hop);
    if (member === undefined) throw new Error('a connection of no next hop');
    return member;
  }

  /** The connection used last: the others may go idle and be closed. */
  function takeIdle(): NextHopConnection | null {
    for (const member of byTurn()) {
      const idle = member.idle.pop();
      if (idle === undefined) continue;
      member.busy.add(idle.connection);
      member.turns += 1 / member.hop.weight;
      return idle.connection;
    }
    return null;
  }

  /** Healthy members, those first that have had least of their share. */
  function byTurn(): readonly Member[] {
    if (members.length === 1) return members;
    const now = nowMs();
    return members.filter(({ downUntil }) => downUntil <= now).sort((one, other) => one.turns - other.turns);
  }

  /** Opens connections for those who wait, or tells them that there is nobody. */
  function serve(): undefined {
    const now = nowMs();
    const healthy = byTurn().filter(({ downUntil }) => downUntil <= now);
    if (healthy.length === 0) return tellNobody();
    let opening = members.reduce((sum, member) => sum + member.opening.size, 0);
    for (; opening < waiting.length; opening += 1) {
      const room = healthy.find(
        (member) => member.busy.size + member.opening.size + member.idle.length < member.allowed,
      );
      if (room === undefined) return;
      connect(room);
    }
  }

  function tellNobody(): undefined {
    const reason = members.map(({ hop, lastReason }) => `${hop.host}:${hop.port} ${lastReason}`).join('; ');
    for (const { none } of waiting.splice(0)) none(reason);
  }

  function connect(member: Member): undefined {
    member.turns += 1 / member.hop.weight;
    const connection = openConnection({
      hop: member.hop,
      publicName,
      nowMs,
      ready: (opened) => {
        member.opening.delete(opened);
        if (member.failures > 0) log.info({ nextHop: nameOf(member) }, 'the next hop is back');
        member.failures = 0;
        member.allowed = Math.min(mostConnections, member.allowed + 1);
        member.busy.add(opened);
        connections.release(opened);
      },
      failed: (reason) => {
        member.opening.delete(connection);
        setDown(member, reason);
        serve();
      },
      ended: (ended) => {
        member.busy.delete(ended);
        const place = member.idle.findIndex((idle) => idle.connection === ended);
        if (place >= 0) member.idle.splice(place, 1);
        serve();
      },
    });
    member.opening.add(connection);
  }

  function setDown(member: Member, reason: string): undefined {
    if (member.failures === 0) log.warn({ nextHop: nameOf(member), reason }, 'the next hop does not answer');
    member.failures += 1;
    member.lastReason = reason;
    member.allowed = slowStartConnections;
    const pauseMs = Math.min(firstPauseMs * 2 ** (member.failures - 1), longestPauseMs);
    member.downUntil = nowMs() + pauseMs;
  }

  function sweep(): undefined {
    const now = nowMs();
    for (const member of members) {
      for (const { connection } of member.idle.filter(({ since }) => now - since > idleMs))
        connection.close();
      for (const connection of [...member.busy, ...member.opening]) connection.checkDeadline(now);
    }
    // Shares are a matter of the last while, not of the whole life of the process.
    for (const member of members) member.turns /= 2;
    serve();
  }

  return {
    open: (envelope, events) => startHandOver(connections, envelope, events),
    statistics: () => ({
      idle: members.reduce((sum, { idle }) => sum + idle.length, 0),
      busy: members.reduce((sum, { busy }) => sum + busy.size, 0),
      opening: members.reduce((sum, { opening }) => sum + opening.size, 0),
      waiting: waiting.length,
      healthy: members.filter(({ downUntil }) => downUntil <= nowMs()).length,
    }),
    close: () => {
      closed = true;
      clearInterval(sweeper);
      for (const member of members) for (const { connection } of [...member.idle]) connection.close();
      tellNobody();
    },
  };
}

function nameOf({ hop }: Member): string {
  return `${hop.host}:${hop.port}`;
}
