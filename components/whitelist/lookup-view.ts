import type { EvidenceProgress, EvidenceSource, PtrFacts } from '../../lib/domain/evidence.ts';

export type LookupRow = {
  source: EvidenceSource;
  state: 'asking' | 'answered' | 'silent';
  /** When it was asked, in milliseconds, and how long it took; null while it is asked. */
  startedAt: number;
  tookMs: number | null;
};

export type LookupView = {
  /** `starting`: nobody has been asked yet. `done`: there is nothing to watch. */
  state: 'starting' | 'asking' | 'done';
  /** Whether this is the first look, on which the request waits. */
  first: boolean;
  rows: LookupRow[];
};

/** Who is asked that long without an end is not asked any more: its worker was cut off, and another goes on later. */
const LONGEST_ASKING_MS = 120_000;

/** How far the looking up of an address is: what the page shows while it goes on. */
export function lookupView(
  progress: readonly EvidenceProgress[],
  checks: { open: boolean; completedAt: Date | null },
  now: number,
): LookupView {
  const first = checks.open && checks.completedAt === null;
  const rows = progress.map(({ source, startedAt, finishedAt, outcome }): LookupRow => {
    const state = finishedAt === null ? 'asking' : outcome === 'temporary_error' ? 'silent' : 'answered';
    const took = finishedAt === null ? null : Math.max(0, finishedAt.getTime() - startedAt.getTime());
    return { source, state, startedAt: startedAt.getTime(), tookMs: took };
  });
  const asking = rows.some((row) => row.state === 'asking' && now - row.startedAt < LONGEST_ASKING_MS);
  if (asking) return { state: 'asking', first, rows };
  // All have answered, or none was asked: either way the next moment tells more.
  return { state: first ? (rows.length === 0 ? 'starting' : 'asking') : 'done', first, rows };
}

/** "3", and "0.4" below ten seconds. */
export function secondsText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** How many addresses of a range were asked about, where that was not each of them. */
export function sampleOf(ptr: PtrFacts | null | undefined): { asked: number; of: string } | null {
  if (ptr == null || ptr.sampledFrom === null) return null;
  return { asked: ptr.addresses.length, of: BigInt(ptr.sampledFrom).toLocaleString('en') };
}
