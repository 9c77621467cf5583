import type { Database } from '../../db/client.ts';
import { policyAt } from '../../db/queries/policy.ts';
import type { Policy } from '../domain/policy.ts';
import { policyDifferences } from '../domain/policy-difference.ts';
import { mayChangePolicy } from './new-policy-version.ts';
import { applyChanges, checkChanges, type PolicyChanges } from './policy-changes.ts';
import type { Actor, Result } from './result.ts';

/**
 * What a form that was filled in from a version of the policy would change of that version, and nothing else: what
 * somebody else has changed since is not put back. Refused as `invalid`: a value or two that go not together, a version
 * that there is not (`version`), and nothing at all (`nothing`). Changes nothing.
 */
export async function draftPolicy(operation: {
  database: Database;
  actor: Actor;
  values: unknown;
  version: number;
}): Promise<Result<{ changes: PolicyChanges }>> {
  const { database, actor, values, version } = operation;
  const refused = mayChangePolicy(actor);
  if (refused !== null) return refused;
  const read = await policyAt(database, version);
  if (read === undefined) return { ok: false, code: 'invalid', field: 'version', reason: 'version' };
  const checked = checkChanges(values, read);
  if (!checked.ok) return { ok: false, code: 'invalid', field: checked.field, reason: checked.reason };
  const changes = different(checked.changes, read);
  if (Object.keys(changes).length === 0) return { ok: false, code: 'invalid', field: '', reason: 'nothing' };
  return { ok: true, changes };
}

function different(changes: PolicyChanges, read: Policy): PolicyChanges {
  const changed = policyDifferences(read, applyChanges(read, changes)).map((each) => each.field);
  const { drift, retention, ...fields } = changes;
  const only = <Part extends object>(part: Part, path: string): Partial<Part> =>
    Object.fromEntries(
      Object.entries(part).filter(([name]) =>
        changed.some((field) => field === `${path}${name}` || field.startsWith(`${path}${name}.`)),
      ),
    ) as Partial<Part>;
  const parts = { drift: only(drift ?? {}, 'drift.'), retention: only(retention ?? {}, 'retention.') };
  return {
    ...only(fields, ''),
    ...Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0)),
  };
}
