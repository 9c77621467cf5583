import type { Reports } from './reports.ts';
import type { Enforced } from './whitelist/replica-types.ts';

/** Tells the database what this node enforces, so that the portal can say where a change is in force and nodes compare. */
export type EnforcedReports = {
  /** Told soon, together with those that follow closely. */
  readonly note: (enforced: Enforced) => void;
  /** Tells what is enforced now. */
  readonly tell: () => void;
  readonly close: () => void;
};

/** Nodes compare what they hold, also while nothing changes. */
const compareMs = 60_000;
/**
 * Revisions that follow one another this closely, or up to twice as far apart, are reported as one: the newest, with the
 * longest time that one took. Not all nodes report at the same moment.
 */
const foldMs = 150;

export type EnforcedReportsOptions = {
  reports: Pick<Reports, 'tell'>;
  region: string | null;
  now: () => Date;
};

export function openEnforcedReports({ reports, region, now }: EnforcedReportsOptions): EnforcedReports {
  const startedAt = now().toISOString();
  let latest: (Enforced & { at: Date }) | null = null;
  let soon: NodeJS.Timeout | null = null;
  const again = setInterval(tell, compareMs);
  again.unref();

  function note(enforced: Enforced): void {
    const slowest = soon === null ? 0 : (latest?.milliseconds ?? 0);
    const at = new Date(now().getTime() - enforced.agoMs);
    latest = { ...enforced, milliseconds: Math.max(enforced.milliseconds, slowest), at };
    soon ??= setTimeout(tell, foldMs * (1 + Math.random()));
  }

  function tell(): void {
    if (soon !== null) clearTimeout(soon);
    soon = null;
    if (latest === null) return;
    const { revision, generation, entries, checksum, milliseconds, heldBack, at } = latest;
    reports.tell('enforced', {
      revision,
      generation,
      entries,
      hash: checksum.toString(16).padStart(8, '0'),
      held_back: heldBack.count,
      held_back_entries: heldBack.entries,
      lag_ms: milliseconds,
      at: now().toISOString(),
      enforced_at: at.toISOString(),
      started_at: startedAt,
      region,
    });
  }

  function close(): void {
    clearInterval(again);
    if (soon !== null) clearTimeout(soon);
  }

  return { note, tell, close };
}
