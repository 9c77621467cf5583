import type { Logger } from 'pino';
import { type FuseLimits, fuseLimit } from '../../lib/domain/fuse.ts';
import { type LadderPolicy, throttledRate } from '../../lib/domain/ladder-policy.ts';
import { type BrakeStep, brakeCalledFor, type NodeView } from '../../lib/domain/node-brake.ts';
import type { CounterRow, SpamVerdict } from '../../lib/domain/traffic.ts';

/** What this node does about an entry until the database has judged it, or the time is over. */
export type Brake = {
  readonly step: Exclude<BrakeStep, 'none'>;
  /** messages an hour; 0 while it is held */
  readonly rate: number;
  readonly untilMs: number;
};

/** The entry as this node's copy has it. */
export type BrakedEntry = { readonly critical: boolean; readonly messagesPerHour: number };

/** What decides asks for every message. */
export type BrakeReader = { readonly on: (entryId: string) => Brake | null };

/** What the threads of a node know of brakes. */
export type BrakeNews = { readonly entryId: string; readonly brake: Brake | null };

export type Brakes = BrakeReader & {
  /** Takes in what was counted lately, whoever counted it. */
  readonly observe: (rows: readonly CounterRow[]) => void;
  /** A message was called spam after it was taken. @returns the brake that the entry is under now */
  readonly spamSeen: (entryId: string, verdict: SpamVerdict) => Brake | null;
  /** The copy has changed: what the database has done itself takes the place of a brake. */
  readonly reconcile: () => void;
  /** Called every few seconds: lifts what the database has not confirmed. */
  readonly sweep: () => void;
  readonly all: () => readonly BrakeNews[];
};

/** The database judges within seconds; after this long without a new sign a person has to have said so. */
const brakeMs = 15 * 60_000;
/** Two of them are about an hour. */
const halfHourMs = 30 * 60_000;
/** What was sent within about a week, kept for as many entries. */
const mostLately = 200_000;
const weekMs = 7 * 24 * 3_600_000;

export type BrakesOptions = {
  /** null: not known yet, so nothing is done */
  policy: () => LadderPolicy | null;
  /** null: no longer in force */
  entry: (entryId: string) => BrakedEntry | null;
  /** entries in force on this node */
  inForce: () => number;
  /** messages taken of the entry within the last hour, by all threads */
  takenInHour: (entryId: string) => number;
  /** Told of every brake that is put on, and of every one that is taken off. */
  changed: (news: BrakeNews) => void;
  counted: (what: 'throttled' | 'held' | 'confirmed' | 'lifted' | 'withheld') => void;
  elapsedMs: () => number;
  log: Logger;
};

type Half = Omit<NodeView, 'lately'>;
type View = { begin: number; now: Half; before: Half };

export function openBrakes(options: BrakesOptions): Brakes {
  const { policy, entry, inForce, counted, elapsedMs, log } = options;
  const views = new Map<string, View>();
  const brakes = new Map<string, Brake>();
  /** when an entry came under a brake, for the fuse */
  let braked: number[] = [];
  let lately = new Map<string, number>();
  let beforeLately = new Map<string, number>();
  let weekBegan = elapsedMs();
  let sweptMs = elapsedMs();

  function viewOf(entryId: string): View {
    const begin = Math.floor(elapsedMs() / halfHourMs);
    let view = views.get(entryId);
    if (view === undefined) {
      view = { begin, now: nothing(), before: nothing() };
      views.set(entryId, view);
    } else if (view.begin !== begin) {
      view.before = view.begin === begin - 1 ? view.now : nothing();
      view.now = nothing();
      view.begin = begin;
    }
    return view;
  }

  function observe(rows: readonly CounterRow[]): void {
    for (const { entry_id: entryId, ...row } of rows) {
      const { now } = viewOf(entryId);
      const accepted = row.accepted ?? 0;
      now.accepted += accepted;
      now.recipients += row.recipients ?? 0;
      now.unknownRecipients += row.unknown_recipients ?? 0;
      now.nextHopRefused += row.next_hop_refused ?? 0;
      if (accepted > 0) lately.set(entryId, (lately.get(entryId) ?? 0) + accepted);
      if (row.unknown_recipients || row.next_hop_refused) judge(entryId);
    }
  }

  function spamSeen(entryId: string, verdict: SpamVerdict): Brake | null {
    viewOf(entryId).now[verdict] += 1;
    judge(entryId);
    return on(entryId);
  }

  function judge(entryId: string): void {
    const ladder = policy();
    const known = entry(entryId);
    if (ladder === null || known === null) return;
    const { now, before } = viewOf(entryId);
    const seen = sum(now, before);
    const view: NodeView = {
      ...seen,
      // What was taken a moment ago has not been told yet.
      accepted: Math.max(seen.accepted, options.takenInHour(entryId)),
      lately: (lately.get(entryId) ?? 0) + (beforeLately.get(entryId) ?? 0),
    };
    const step = brakeCalledFor(ladder, view, known.critical, new Date(elapsedMs()));
    if (step !== 'none') apply(entryId, step, known, ladder, view);
  }

  function apply(
    entryId: string,
    called: Brake['step'],
    known: BrakedEntry,
    ladder: LadderPolicy,
    view: NodeView,
  ): void {
    const before = on(entryId);
    const step = before?.step === 'held' ? 'held' : called;
    const rate = step === 'held' ? 0 : throttledRate(ladder, known.messagesPerHour);
    // The database has slowed it down already.
    if (step === 'throttled' && known.messagesPerHour <= rate) return;
    if (before === null && !passesFuse(ladder, entryId)) return;
    put(entryId, { step, rate, untilMs: elapsedMs() + brakeMs });
    if (before?.step === step) return;
    counted(step);
    log.warn({ entry: entryId, step, rate, seen: view }, 'an entry is under a brake of this node');
  }

  function put(entryId: string, brake: Brake | null): void {
    if (brake === null) brakes.delete(entryId);
    else brakes.set(entryId, brake);
    options.changed({ entryId, brake });
  }

  /** A filter gone wrong must not close everybody: beyond the fuse's share this node only reports. */
  function passesFuse(limits: FuseLimits, entryId: string): boolean {
    const since = elapsedMs() - limits.fuseMinutes * 60_000;
    braked = braked.filter((at) => at > since);
    if (braked.length >= fuseLimit(limits, inForce())) {
      counted('withheld');
      log.error(
        { entry: entryId, braked: braked.length },
        'too many entries at once: no further brake of this node',
      );
      return false;
    }
    braked.push(elapsedMs());
    return true;
  }

  function on(entryId: string): Brake | null {
    return brakeIn(brakes, entryId, elapsedMs);
  }

  function sweep(): void {
    const now = elapsedMs();
    for (const [entryId, { step, untilMs }] of brakes) {
      if (now < untilMs) continue;
      put(entryId, null);
      counted('lifted');
      log.warn({ entry: entryId, step }, 'a brake is lifted: the database has not confirmed it');
    }
    if (now - sweptMs < halfHourMs) return;
    sweptMs = now;
    // What has been quiet for an hour is forgotten; of what was sent a week is kept, in two halves.
    const oldest = Math.floor(now / halfHourMs) - 1;
    for (const [entryId, { begin }] of views) if (begin < oldest) views.delete(entryId);
    if (now - weekBegan < weekMs / 2 && lately.size < mostLately) return;
    weekBegan = now;
    beforeLately = lately;
    lately = new Map();
  }

  function reconcile(): void {
    for (const [entryId, { step, rate }] of brakes) {
      const known = entry(entryId);
      const done = known === null || (step === 'throttled' && known.messagesPerHour <= rate);
      if (!done) continue;
      put(entryId, null);
      // Whoever is put in force again begins anew.
      if (known === null) views.delete(entryId);
      counted('confirmed');
      log.info({ entry: entryId, step }, 'the database has confirmed a brake');
    }
  }

  return {
    observe,
    spamSeen,
    on,
    reconcile,
    sweep,
    all: () => [...brakes].map(([entryId, brake]) => ({ entryId, brake })),
  };
}

function nothing(): Half {
  return { accepted: 0, recipients: 0, unknownRecipients: 0, nextHopRefused: 0, spam: 0, malware: 0 };
}

function sum(one: Half, other: Half): Half {
  return {
    accepted: one.accepted + other.accepted,
    recipients: one.recipients + other.recipients,
    unknownRecipients: one.unknownRecipients + other.unknownRecipients,
    nextHopRefused: one.nextHopRefused + other.nextHopRefused,
    spam: one.spam + other.spam,
    malware: one.malware + other.malware,
  };
}

function brakeIn(brakes: ReadonlyMap<string, Brake>, entryId: string, elapsedMs: () => number): Brake | null {
  if (brakes.size === 0) return null;
  const brake = brakes.get(entryId);
  return brake !== undefined && elapsedMs() < brake.untilMs ? brake : null;
}

/** What a thread knows of the brakes of its node. */
export function openBrakeList(
  elapsedMs: () => number,
): BrakeReader & { readonly hear: (news: BrakeNews) => void } {
  const brakes = new Map<string, Brake>();
  return {
    hear: ({ entryId, brake }) => {
      if (brake === null) brakes.delete(entryId);
      else brakes.set(entryId, brake);
    },
    on: (entryId) => brakeIn(brakes, entryId, elapsedMs),
  };
}
