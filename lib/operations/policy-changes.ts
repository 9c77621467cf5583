import { z } from 'zod';
import { isHostName } from '../domain/host-name.ts';
import { type Policy, proofKinds } from '../domain/policy.ts';
import {
  MOST_LIST_ZONES,
  type PolicyNumber,
  policyNumbers,
  retentionKinds,
} from '../domain/policy-limits.ts';
import { reasonCodes } from '../domain/reason-codes.ts';
import type { Retention } from '../domain/retention.ts';

// What an administrator may set, with the limits inside which a value still means something. What is not named here
// (the ladder) is changed where it belongs and carried over as it is.

function number(field: PolicyNumber) {
  const { least, most, fraction } = policyNumbers[field];
  return (fraction === true ? z.number() : z.number().int()).min(least).max(most);
}

const meaning = z.enum(['sbl', 'css', 'xbl', 'drop', 'pbl', 'other']);
const zone = z.string().max(200).refine(isHostName);
const listCode = z.ipv4().refine((code) => code.startsWith('127.') && !code.startsWith('127.255.255.'));
const driftCode = z.string().refine(isReason);

const retention = Object.fromEntries(
  retentionKinds.map((kind) => [kind, number(`retention.${kind}`)]),
) as Record<keyof Retention, z.ZodNumber>;

const policyChanges = z
  .strictObject({
    graceDays: number('graceDays'),
    reviewMonths: number('reviewMonths'),
    lateRenewalDays: number('lateRenewalDays'),
    sponsorDays: number('sponsorDays'),
    cancelledDays: number('cancelledDays'),
    takeoverDays: number('takeoverDays'),
    idleFlagDays: number('idleFlagDays'),
    idleDays: number('idleDays'),
    inheritedDays: number('inheritedDays'),
    awaitDays: number('awaitDays'),
    coolDownDays: number('coolDownDays'),
    proofDays: number('proofDays'),
    proofKinds: z.array(z.enum(proofKinds)).min(1).max(proofKinds.length),
    automaticApproval: z.boolean(),
    secondPersonWiderThanV4: number('secondPersonWiderThanV4'),
    secondPersonWiderThanV6: number('secondPersonWiderThanV6'),
    recheckDays: number('recheckDays'),
    evidenceDays: number('evidenceDays'),
    steadyDays: number('steadyDays'),
    dynamicBelowScore: number('dynamicBelowScore'),
    staticFromScore: number('staticFromScore'),
    mostUsers: number('mostUsers'),
    listZones: z.array(zone).min(1).max(MOST_LIST_ZONES).nullable(),
    listCodes: z.record(listCode, meaning),
    drift: z
      .strictObject({
        attestDays: number('drift.attestDays'),
        confirmDays: number('drift.confirmDays'),
        suspendOn: z.array(driftCode).max(50),
      })
      .partial(),
    retention: z.strictObject(retention).partial(),
  })
  .partial();
export type PolicyChanges = z.infer<typeof policyChanges>;

export type CheckedChanges =
  | { ok: true; changes: PolicyChanges; policy: Policy }
  /** `field`: `part.field` where it is of a part. `reason`: `not_taken`, or what is wrong between two fields. */
  | { ok: false; field: string; reason: string };

/** What two fields are together, field by field: evidence that is too old before it is asked for again is no evidence. */
const together: readonly { field: string; reason: string; holds: (policy: Policy) => boolean }[] = [
  {
    field: 'evidenceDays',
    reason: 'not_above_recheck',
    holds: (policy) => policy.evidenceDays > policy.recheckDays,
  },
  {
    field: 'dynamicBelowScore',
    reason: 'not_below_static',
    holds: (policy) => policy.dynamicBelowScore < policy.staticFromScore,
  },
  {
    field: 'idleDays',
    reason: 'not_above_flag',
    holds: (policy) => policy.idleDays > policy.idleFlagDays,
  },
  {
    field: 'retention.rawAbuseReports',
    reason: 'longer_than_reports',
    holds: ({ retention }) => retention.rawAbuseReports <= retention.abuseReports,
  },
];

/** Checks changes against the policy that they would change: each value by itself, and what they are together. */
export function checkChanges(input: unknown, current: Policy): CheckedChanges {
  const parsed = policyChanges.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, field: issue?.path.join('.') ?? '', reason: 'not_taken' };
  }
  const changes = withoutUndefined(parsed.data);
  const policy = applyChanges(current, changes);
  const broken = together.find((rule) => !rule.holds(policy));
  return broken === undefined
    ? { ok: true, changes, policy }
    : { ok: false, field: broken.field, reason: broken.reason };
}

/** Of a part only what is named becomes different. */
export function applyChanges<Into extends Partial<Policy>>(into: Into, changes: PolicyChanges): Into {
  const { drift, retention, ...fields } = changes;
  return {
    ...into,
    ...fields,
    ...(drift === undefined ? {} : { drift: { ...into.drift, ...drift } }),
    ...(retention === undefined ? {} : { retention: { ...into.retention, ...retention } }),
  };
}

function withoutUndefined(changes: PolicyChanges): PolicyChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function isReason(code: string): boolean {
  const [requirement = '', reason = ''] = code.split(':');
  return (
    Object.hasOwn(reasonCodes, requirement) &&
    Object.hasOwn(reasonCodes[requirement as keyof typeof reasonCodes], reason)
  );
}
