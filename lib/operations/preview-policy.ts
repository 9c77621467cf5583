import { and, gt, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { evaluateEntries, findEntries } from '../../db/queries/entries.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import { isLive, isOpen, liveStates, openStates } from '../domain/entry-lifecycle.ts';
import type { Requirement, Verdict } from '../domain/evaluation.ts';
import type { Policy } from '../domain/policy.ts';
import { evaluateRequirements } from '../domain/requirements.ts';
import { mayChangePolicy } from './new-policy-version.ts';
import { checkChanges } from './policy-changes.ts';
import type { Actor, Result } from './result.ts';

export type Judged = { verdict: Verdict; reason: string };

export type ChangedVerdict = {
  entryId: string;
  network: string;
  account: string;
  server: string;
  /** Whether it is whitelisted now, or still asked for. */
  live: boolean;
  requirement: Requirement;
  from: Judged;
  to: Judged;
};

export type PolicyPreview = {
  /** How many open and live entries were looked at, of how many. */
  looked: number;
  total: number;
  complete: boolean;
  changed: ChangedVerdict[];
};

/** Looked at by the same few queries. */
const AT_ONCE = 50;
/** A preview is read by a person who waits for it. */
const MOST_LOOKED = 5000;
const MOST_SHOWN = 500;

/**
 * Which open and live entries would be judged otherwise under changes to the policy. Changes nothing. Entries come in the
 * order of their random ids, so that where not all are looked at, those that are speak for the rest.
 */
export async function previewPolicy(operation: {
  database: Database;
  actor: Actor;
  changes: unknown;
  now: Date;
  /** Asked before each few entries: false ends the look there, and the preview says that it is not complete. */
  goOn?: () => boolean;
}): Promise<Result<PolicyPreview>> {
  const { database, actor, changes, now, goOn = () => true } = operation;
  const refused = mayChangePolicy(actor);
  if (refused !== null) return refused;
  const current = await currentPolicy(database);
  const checked = checkChanges(changes, current);
  if (!checked.ok) return { ok: false, code: 'invalid', field: checked.field, reason: checked.reason };

  const total = await database.$count(entries, goesOn);
  const preview: PolicyPreview = { looked: 0, total, complete: true, changed: [] };
  for await (const ids of goingOn(database)) {
    if (preview.looked >= MOST_LOOKED || preview.changed.length >= MOST_SHOWN || !goOn()) {
      preview.complete = false;
      break;
    }
    for (const changed of await judgedAnew(database, ids, checked.policy, now)) {
      preview.looked += 1;
      preview.changed.push(...changed);
    }
  }
  return { ok: true, ...preview };
}

/** For each that has not ended meanwhile, in the order of the ids: what would be judged otherwise. */
async function judgedAnew(
  database: Database,
  ids: readonly string[],
  policy: Policy,
  now: Date,
): Promise<ChangedVerdict[][]> {
  const found = (await findEntries(database, 'operator', ids))
    .filter(({ entry }) => isOpen(entry.status) || isLive(entry.status))
    .toSorted((one, other) => ids.indexOf(one.entry.id) - ids.indexOf(other.entry.id));
  const evaluated = await evaluateEntries(database, found, now);
  return evaluated.map(({ entry, account, server, facts, evaluations }) =>
    evaluateRequirements(facts, policy, now).flatMap((after, index) => {
      const before = evaluations[index];
      if (before === undefined || (before.verdict === after.verdict && before.reason === after.reason))
        return [];
      return {
        entryId: entry.id,
        network: displayNetwork(entry.network),
        account: account.slug,
        server: server.slug,
        live: isLive(entry.status),
        requirement: after.requirement,
        from: { verdict: before.verdict, reason: before.reason },
        to: { verdict: after.verdict, reason: after.reason },
      };
    }),
  );
}

const goesOn = inArray(entries.status, [...openStates, ...liveStates]);

async function* goingOn(database: Database): AsyncGenerator<string[]> {
  for (let last: string | null = null; ; ) {
    const rows: { id: string }[] = await database
      .select({ id: entries.id })
      .from(entries)
      .where(and(goesOn, last === null ? undefined : gt(entries.id, last)))
      .orderBy(entries.id)
      .limit(AT_ONCE);
    if (rows.length > 0) yield rows.map((row) => row.id);
    last = rows.at(-1)?.id ?? null;
    if (last === null || rows.length < AT_ONCE) return;
  }
}
