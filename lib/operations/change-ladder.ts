import type { Policy } from '../domain/policy.ts';
import { checkLadder } from './ladder-changes.ts';
import { type NewPolicyVersion, newPolicyVersion } from './new-policy-version.ts';
import type { Result } from './result.ts';

export type ChangeLadder = NewPolicyVersion & {
  /** The whole ladder, as a `LadderPolicy`. */
  ladder: unknown;
};

/**
 * Makes a new version of the policy with another ladder. What is seen from now on is weighed by it, together with what
 * was seen before. Entries that are warned or slowed down are judged anew by the job that watches them fade.
 */
export async function changeLadder(operation: ChangeLadder): Promise<Result<{ policy: Policy }>> {
  return newPolicyVersion(operation, (current, content) => {
    const checked = checkLadder(operation.ladder);
    if (!checked.ok) {
      return { ok: false as const, code: 'invalid' as const, field: checked.field, reason: checked.reason };
    }
    return {
      ok: true as const,
      changes: { abuse: checked.ladder },
      content: { ...content, abuse: checked.ladder },
      policy: { ...current, abuse: checked.ladder },
    };
  });
}
