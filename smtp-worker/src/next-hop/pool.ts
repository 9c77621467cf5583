import type { Logger } from 'pino';
import type { Envelope, HandOver, HandOverEvents, MailOffers } from '../session/types.ts';
import { type NextHopConnection, openConnection } from './connection.ts';
import { type Dial, dialTcp } from './dial.ts';
import { type Connections, startHandOver } from './hand-over.ts';
import { type HopOffers, newOffersMemory, openHopOffers } from './hop-offers.ts';
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
  /** What every next hop takes, as far as is known. */
  readonly offers: () => MailOffers;
  /** Ends idle connections at once; those in use end with their message. */
  readonly close: () => void;
};

export type NextHopPoolOptions = {
  hops: readonly NextHop[];
  publicName: string;
  log: Pick<Logger, 'info' | 'warn'>;
  elapsedMs: () => number;
  /** Shared with other pools to the same next hops. */
  offers?: HopOffers;
  dial?: Dial;
};

/** Connections to one next hop: more than Postfix takes by default (100) would only wait there. */
const mostConnections = 100;
const idleMs = 20_000;
/** After so many messages a connection is renewed, as MTAs behind a balancer like it. */
const mostUses = 1000;
const sweepMs = 1_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** For a next hop to greet. */
const promptMs = 2_000;
/** After an outage a next hop is given one connection more each time one has opened. */
const slowStartConnections = 2;
/** For so long after an outage its share grows from a small part to the whole. */
const slowStartMs = 30_000;
const slowStartPart = 0.1;
/** Who holds so much of what may be open waits for an own message to end: one sender that dawdles stops nobody else. */
const mostOfOneHolder = 0.5;
/** All connections are in use: whoever has waited this long hears that it may try again. */
const longestWaitMs = 30_000;

type Waiting = {
  readonly holder: string;
  readonly got: (connection: NextHopConnection) => void;
  readonly none: (reason: string) => void;
  readonly since: number;
};

const nothingToCancel = { cancel: () => {} };

/** One next hop and its connections. */
type Member = {
  readonly hop: NextHop;
  readonly idle: { connection: NextHopConnection; since: number }[];
  readonly busy: Set<NextHopConnection>;
  /** and since when, the oldest first */
  readonly opening: Map<NextHopConnection, number>;
  failures: number;
  downUntil: number;
  lastReason: string;
  /** most connections for now */
  allowed: number;
  /** spent turns, for shares by weight */
  turns: number;
  /** end of the last outage */
  backSince: number;
};

/** Connections to all next hops, and the choice among them. */
export function openNextHopPool({
  hops,
  publicName,
  log,
  elapsedMs,
  offers = openHopOffers(newOffersMemory(hops.length)),
  dial = dialTcp,
}: NextHopPoolOptions): NextHopPool {
  const members: Member[] = hops.map((hop) => ({
    hop,
    idle: [],
    busy: new Set(),
    opening: new Map(),
    failures: 0,
    downUntil: 0,
    lastReason: '',
    allowed: mostConnections,
    turns: 0,
    backSince: Number.NEGATIVE_INFINITY,
  }));
  const waiting: Waiting[] = [];
  const holders = new Map<NextHopConnection, string>();
  const heldBy = new Map<string, number>();
  let closed = false;
  const sweeper = setInterval(sweep, sweepMs);
  sweeper.unref();

  const connections: Connections = {
    acquire: (holder, fresh, got, none) => {
      if (!fresh && mayHold(holder)) {
        const idle = takeIdle();
        if (idle !== null) {
          hold(idle, holder);
          got(idle);
          return nothingToCancel;
        }
      }
      const request: Waiting = { holder, got, none, since: elapsedMs() };
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
      member.busy.delete(connection);
      letGo(connection);
      if (closed || connection.uses() >= mostUses) return connection.close();
      const place = waiting.length === 0 ? -1 : waiting.findIndex(({ holder }) => mayHold(holder));
      const [next] = place < 0 ? [] : waiting.splice(place, 1);
      if (next !== undefined) {
        member.busy.add(connection);
        hold(connection, next.holder);
        next.got(connection);
      } else member.idle.push({ connection, since: elapsedMs() });
    },
  };

  function hold(connection: NextHopConnection, holder: string): undefined {
    holders.set(connection, holder);
    heldBy.set(holder, (heldBy.get(holder) ?? 0) + 1);
  }

  function letGo(connection: NextHopConnection): undefined {
    const holder = holders.get(connection);
    if (holder === undefined) return;
    holders.delete(connection);
    const left = (heldBy.get(holder) ?? 1) - 1;
    if (left === 0) heldBy.delete(holder);
    else heldBy.set(holder, left);
  }

  function mayHold(holder: string): boolean {
    let open = 0;
    for (const { failures, allowed } of members) if (failures === 0) open += allowed;
    return (heldBy.get(holder) ?? 0) < Math.max(1, open * mostOfOneHolder);
  }

  function memberOf(connection: NextHopConnection): Member {
    for (const member of members) if (member.hop === connection.hop) return member;
    throw new Error('a connection of no next hop');
  }

  /** The connection used last: the others may go idle and be closed. */
  function takeIdle(): NextHopConnection | null {
    const inTurn = byTurn();
    for (const member of inTurn) {
      const idle = member.idle.pop();
      if (idle === undefined) continue;
      const [first] = inTurn;
      // Whose turn it was has nothing idle: for the next message it will.
      if (first !== member && first?.opening.size === 0 && hasRoom(first)) connect(first);
      member.busy.add(idle.connection);
      takeTurn(member);
      return idle.connection;
    }
    return null;
  }

  /** Members that answer, those first that have had least of their share. */
  function byTurn(): readonly Member[] {
    if (members.length === 1) return members;
    return members.filter(({ failures }) => failures === 0).sort((one, other) => one.turns - other.turns);
  }

  /** A next hop that was away has cold caches and a full queue: it gets its share back little by little. */
  function takeTurn(member: Member): undefined {
    const back = (elapsedMs() - member.backSince) / slowStartMs;
    member.turns += 1 / (member.hop.weight * Math.min(1, Math.max(slowStartPart, back)));
  }

  /** Opens connections for those who wait, or tells them that there is nobody. */
  function serve(): undefined {
    const trying = tryAgain();
    if (waiting.length === 0) return;
    const sound = members.filter(({ failures }) => failures === 0);
    if (sound.length === 0 && !trying) return tellNobody();
    const prompt = sound.filter(isPrompt);
    const asked = prompt.length === 0 ? sound : prompt;
    let opening = asked.reduce((sum, member) => sum + member.opening.size, 0);
    const ready = waiting.filter(({ holder }) => mayHold(holder)).length;
    for (; opening < ready; opening += 1) {
      const [next] = asked.filter(hasRoom).sort((one, other) => one.turns - other.turns);
      if (next === undefined) return;
      takeTurn(next);
      connect(next);
    }
  }

  /** One connection at a time finds out whether a next hop is back. @returns whether any is being tried */
  function tryAgain(): boolean {
    const now = elapsedMs();
    const away = members.filter(({ failures }) => failures > 0);
    for (const member of away) {
      if (!closed && member.opening.size === 0 && member.downUntil <= now) connect(member);
    }
    return away.some(({ opening }) => opening.size > 0);
  }

  /** One that keeps a new connection waiting for its greeting is asked for no more of them where others can be. */
  function isPrompt({ opening }: Member): boolean {
    const [oldest] = opening.values();
    return oldest === undefined || elapsedMs() - oldest < promptMs;
  }

  function hasRoom({ busy, opening, idle, allowed }: Member): boolean {
    return busy.size + opening.size + idle.length < allowed;
  }

  function tellNobody(): undefined {
    const reason = members.map(({ hop, lastReason }) => `${hop.host}:${hop.port} ${lastReason}`).join('; ');
    for (const { none } of waiting.splice(0)) none(reason);
  }

  function connect(member: Member): undefined {
    const connection = openConnection({
      hop: member.hop,
      publicName,
      dial,
      elapsedMs,
      ready: (opened) => {
        member.opening.delete(opened);
        if (member.failures > 0) setUp(member);
        noteOffers(member, opened);
        member.allowed = Math.min(mostConnections, member.allowed + 1);
        member.busy.add(opened);
        connections.release(opened);
        serve();
      },
      failed: (reason, spoke) => {
        member.opening.delete(connection);
        const open = member.busy.size + member.idle.length;
        // It takes so many connections of one client and no more: those that are open are good.
        if (spoke && open > 0 && member.failures === 0) member.allowed = open;
        else setDown(member, reason);
        serve();
      },
      ended: (ended) => {
        member.busy.delete(ended);
        letGo(ended);
        const place = member.idle.findIndex((idle) => idle.connection === ended);
        if (place >= 0) member.idle.splice(place, 1);
        serve();
      },
    });
    member.opening.set(connection, elapsedMs());
  }

  function noteOffers(member: Member, opened: NextHopConnection): undefined {
    const { eightBit, utf8 } = opened.abilities();
    if (!offers.heard(members.indexOf(member), { eightBit, utf8 })) return;
    log.info({ nextHop: nameOf(member), eightBit, utf8 }, 'clients are offered what the next hop offers');
  }

  /** What it missed while it was away is not made up for. */
  function setUp(member: Member): undefined {
    log.info({ nextHop: nameOf(member) }, 'the next hop is back');
    member.failures = 0;
    member.backSince = elapsedMs();
    member.turns = Math.max(...members.map(({ turns }) => turns));
  }

  function setDown(member: Member, reason: string): undefined {
    if (member.failures === 0) log.warn({ nextHop: nameOf(member), reason }, 'the next hop does not answer');
    member.failures += 1;
    member.lastReason = reason;
    member.allowed = slowStartConnections;
    const pauseMs = Math.min(firstPauseMs * 2 ** (member.failures - 1), longestPauseMs);
    member.downUntil = elapsedMs() + pauseMs;
  }

  function sweep(): undefined {
    const now = elapsedMs();
    for (const member of members) {
      for (const { connection } of member.idle.filter(({ since }) => now - since > idleMs))
        connection.close();
      for (const connection of [...member.busy, ...member.opening.keys()]) connection.checkDeadline(now);
    }
    for (const member of members) {
      // Shares are a matter of the last while, not of the whole life of the process.
      member.turns /= 2;
      // What was full may take one more by now.
      if (member.failures === 0) member.allowed = Math.min(mostConnections, member.allowed + 1);
    }
    while ((waiting[0]?.since ?? now) + longestWaitMs < now) waiting.shift()?.none('no connection is free');
    serve();
  }

  return {
    open: (envelope, events) => startHandOver(connections, envelope, events),
    statistics: () => ({
      idle: members.reduce((sum, { idle }) => sum + idle.length, 0),
      busy: members.reduce((sum, { busy }) => sum + busy.size, 0),
      opening: members.reduce((sum, { opening }) => sum + opening.size, 0),
      waiting: waiting.length,
      healthy: members.filter(({ failures }) => failures === 0).length,
    }),
    offers: offers.ofAll,
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
