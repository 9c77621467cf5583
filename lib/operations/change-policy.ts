import type { Policy } from '../domain/policy.ts';
import { type NewPolicyVersion, newPolicyVersion } from './new-policy-version.ts';
import { applyChanges, checkChanges } from './policy-changes.ts';
import type { Result } from './result.ts';

export type ChangePolicy = NewPolicyVersion & {
  /** Only what is to be different; the rest stays. */
  changes: unknown;
};

/** Makes a new version of the policy. Every decision from now on is made under it; those made before keep theirs. */
export async function changePolicy(operation: ChangePolicy): Promise<Result<{ policy: Policy }>> {
  return newPolicyVersion(operation, (current, content) => {
    const checked = checkChanges(operation.changes, current);
    if (!checked.ok) {
      return { ok: false as const, code: 'invalid' as const, field: checked.field, reason: checked.reason };
    }
    return { ...checked, content: applyChanges(content, checked.changes) };
  });
}
