import { z } from 'zod';
import type { Policy } from '../domain/policy.ts';

// What an administrator may set, with the limits inside which a value still means something. What is not named here
// (the ladder, retention) is changed where it belongs and carried over as it is.

const days = (most: number) => z.number().int().min(1).max(most);
const meaning = z.enum(['sbl', 'css', 'xbl', 'drop', 'pbl', 'other']);
const driftCode = z.string().regex(/^[a-z_]+:[a-z_]+$/, 'is not requirement:reason');

export const policyChanges = z
  .strictObject({
    graceDays: z.number().int().min(0).max(90),
    reviewMonths: z.number().int().min(1).max(36),
    lateRenewalDays: z.number().int().min(0).max(90),
    awaitDays: days(90),
    coolDownDays: z.number().int().min(0).max(3650),
    proofDays: days(365),
    secondPersonWiderThanV4: z.number().int().min(8).max(32),
    secondPersonWiderThanV6: z.number().int().min(16).max(128),
    recheckDays: days(60),
    evidenceDays: days(180),
    steadyDays: days(90),
    dynamicBelowScore: z.number().min(0).max(100),
    staticFromScore: z.number().min(0).max(100),
    mostUsers: z.number().int().min(1).max(1_000_000),
    listCodes: z.record(z.ipv4(), meaning),
    drift: z.strictObject({
      attestDays: days(180),
      confirmDays: z.number().min(0).max(30),
      suspendOn: z.array(driftCode).max(50),
    }),
  })
  .partial();
export type PolicyChanges = z.infer<typeof policyChanges>;

export type CheckedChanges =
  | { ok: true; changes: PolicyChanges; policy: Policy }
  | { ok: false; field: string; reason: string };

/** Checks changes against the policy that they would change: each value by itself, and what they are together. */
export function checkChanges(input: unknown, current: Policy): CheckedChanges {
  const parsed = policyChanges.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' };
  }
  const policy: Policy = { ...current, ...parsed.data };
  // Evidence that is too old before it is asked for again would make everything unknown for a while each time.
  if (policy.evidenceDays <= policy.recheckDays) {
    return { ok: false, field: 'evidenceDays', reason: 'has to be more than recheckDays' };
  }
  if (policy.dynamicBelowScore >= policy.staticFromScore) {
    return { ok: false, field: 'dynamicBelowScore', reason: 'has to be less than staticFromScore' };
  }
  return { ok: true, changes: parsed.data, policy };
}
