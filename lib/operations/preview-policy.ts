import { gt } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import { isLive, isOpen } from '../domain/entry-lifecycle.ts';
import { mayAsStaff } from '../domain/permissions.ts';
import { evaluateRequirements, type Requirement } from '../domain/requirements.ts';
import { checkChanges } from './policy-changes.ts';
import { type Actor, type Result, readerOf, refuse } from './result.ts';

export type ChangedVerdict = {
  entryId: string;
  network: string;
  account: string;
  server: string;
  requirement: Requirement;
  from: string;
  to: string;
};

export type PolicyPreview = {
  /** How many open and live entries were looked at, and whether these are all. */
  looked: number;
  complete: boolean;
  changed: ChangedVerdict[];
};

const BATCH = 200;
/** A preview is read by a person who waits for it. */
const MOST_LOOKED = 5000;
const MOST_SHOWN = 500;

/** Which open and live entries would be judged otherwise under changes to the policy. Changes nothing. */
export async function previewPolicy(operation: {
  database: Database;
  actor: Actor;
  changes: unknown;
  now: Date;
}): Promise<Result<PolicyPreview>> {
  const { database, actor, changes, now } = operation;
  const reader = readerOf(actor);
  if (reader === null) return refuse.notFound();
  if (reader !== 'operator' && !mayAsStaff(reader, 'change_policy'))
    return refuse.notAllowed('change_policy');
  const current = await currentPolicy(database);
  const checked = checkChanges(changes, current);
  if (!checked.ok) return { ok: false, code: 'invalid', field: checked.field, reason: checked.reason };

  const preview: PolicyPreview = { looked: 0, complete: true, changed: [] };
  for await (const id of idsOf(database)) {
    if (preview.looked >= MOST_LOOKED || preview.changed.length >= MOST_SHOWN) {
      preview.complete = false;
      break;
    }
    const found = await findEntry(database, 'operator', id);
    if (found === undefined || !(isOpen(found.entry.status) || isLive(found.entry.status))) continue;
    preview.looked += 1;
    const { facts, evaluations } = await evaluateEntry(database, found, now);
    evaluateRequirements(facts, checked.policy, now).forEach((after, index) => {
      const before = evaluations[index];
      if (before === undefined || (before.verdict === after.verdict && before.reason === after.reason))
        return;
      preview.changed.push({
        entryId: id,
        network: displayNetwork(found.entry.network),
        account: found.account.slug,
        server: found.server.slug,
        requirement: after.requirement,
        from: `${before.verdict} ${before.reason}`,
        to: `${after.verdict} ${after.reason}`,
      });
    });
  }
  return { ok: true, ...preview };
}

async function* idsOf(database: Database): AsyncGenerator<string> {
  for (let last: string | null = null; ; ) {
    const rows: { id: string; status: string }[] = await database
      .select({ id: entries.id, status: entries.status })
      .from(entries)
      .where(last === null ? undefined : gt(entries.id, last))
      .orderBy(entries.id)
      .limit(BATCH);
    for (const { id } of rows) yield id;
    last = rows.at(-1)?.id ?? null;
    if (last === null || rows.length < BATCH) return;
  }
}
