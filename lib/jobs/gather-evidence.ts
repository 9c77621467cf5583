import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../db/client.ts';
import { entryToAsk } from '../../db/queries/evidence.ts';
import type { Gathered, Gatherer, GatherSubject } from '../adapters/gathering.ts';
import type { EvidenceSource } from '../domain/evidence.ts';
import { parseNetwork } from '../domain/network.ts';
import { completeChecks } from '../operations/complete-checks.ts';
import { noteDrift } from '../operations/note-drift.ts';
import { noteListing } from '../operations/note-listing.ts';
import { recordEvidence, startEvidence } from '../operations/record-evidence.ts';

/** After this a request goes on to a person with what is known: what is not known by then is unknown. */
const OVERALL_MS = 10_000;

export type GatherContext = {
  database: Database;
  gatherers: readonly Gatherer[];
  now: () => Date;
  /** Told of a gatherer that broke: a bug, not an outage. */
  onFailure: (error: unknown, what: string) => void;
};

/**
 * Asks every source that is due about one entry, all at once, and keeps what each says as soon as it says it. The first
 * time it then completes the request's checks, whatever came out; later it notes what has changed for the worse. Cut off
 * in the middle, it goes on where it was: sources that have ended are not asked again.
 */
export async function gatherEvidence(context: GatherContext, entryId: string): Promise<void> {
  const { database, now } = context;
  const gatherers = await configured(context.gatherers);
  const sources = gatherers.map((gatherer) => gatherer.source);
  const asked = await entryToAsk(database, entryId, sources, now());
  if (asked === undefined) return;
  const parsed = parseNetwork(asked.entry.network);
  if (!parsed.ok) throw new Error(`entry ${entryId} holds a network that is none: ${asked.entry.network}`);
  const subject: GatherSubject = { network: parsed.network, known: asked.known };
  const due = gatherers.filter((gatherer) => asked.sources.includes(gatherer.source));
  await startEvidence(database, entryId, asked.sources, now());
  await Promise.all(
    due.map(async (gatherer) => {
      const gathered = await ask(gatherer, subject, context);
      await recordEvidence(database, { entryId, source: gatherer.source, ...gathered }, now());
    }),
  );
  if (asked.first) return completeChecks(database, entryId, now());
  await noteListing(database, entryId, now());
  await noteDrift(database, entryId, now());
}

async function configured(gatherers: readonly Gatherer[]): Promise<Gatherer[]> {
  const asked = await Promise.all(gatherers.map((each) => each.isConfigured?.() ?? true));
  return gatherers.filter((_, index) => asked[index]);
}

/** One source, with an end: by then it has answered or it counts as silent. */
async function ask(
  gatherer: Gatherer,
  subject: GatherSubject,
  { onFailure }: GatherContext,
): Promise<Gathered<EvidenceSource>> {
  const ending = new AbortController();
  const timeoutMs = Math.min(gatherer.timeoutMs, OVERALL_MS);
  const late = delay(timeoutMs, undefined, { signal: ending.signal }).then(
    () => silent('deadline'),
    () => silent('cancelled'),
  );
  try {
    return await Promise.race([gatherer.gather(subject, ending.signal), late]);
  } catch (error) {
    // A bug in one source must not keep a request from a person.
    onFailure(error, `asking ${gatherer.source}`);
    return silent('broken');
  } finally {
    ending.abort();
  }
}

function silent(cause: string): Gathered<EvidenceSource> {
  return { outcome: 'temporary_error', facts: null, raw: { cause } };
}
