import { z } from 'zod';
import { proofKinds } from '../../../lib/domain/policy.ts';
import { type NumberLimits, type PolicyNumber, policyNumbers } from '../../../lib/domain/policy-limits.ts';
import { checkbox } from '../../../lib/web/form-fields.ts';
import { messages } from '../../../lib/web/messages.ts';

// The form has a field for each value, named by its path: `drift.attestDays`. Here they become what the policy is.

const { refusals } = messages.policy;
const LONGEST_LIST = 10_000;

const numbers = Object.fromEntries(
  (Object.keys(policyNumbers) as PolicyNumber[]).map((field) => [field, numberField(policyNumbers[field])]),
) as Record<PolicyNumber, ReturnType<typeof numberField>>;

const kinds = Object.fromEntries(proofKinds.map((kind) => [`proofKinds.${kind}`, checkbox])) as Record<
  `proofKinds.${(typeof proofKinds)[number]}`,
  typeof checkbox
>;

export const policyForm = z
  .object({
    version: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
    ...numbers,
    ...kinds,
    automaticApproval: checkbox,
    listZones: lines().transform((zones) =>
      zones.length === 0 ? null : zones.map((zone) => zone.toLowerCase().replace(/\.$/, '')),
    ),
    listCodes: lines().transform((all, context) => {
      const pairs = all.map((line) => line.toLowerCase().split(/[\s,=]+/));
      if (pairs.every((pair) => pair.length === 2))
        return Object.fromEntries(pairs) as Record<string, string>;
      context.addIssue({ code: 'custom', message: refusals.listCodes });
      return z.NEVER;
    }),
    'drift.suspendOn': lines(),
  })
  .transform(({ version, ...form }) => ({ version, values: valuesOf(form) }));

function numberField({ least, most, fraction }: NumberLimits) {
  const problem = refusals.number({ least, most, ...(fraction === undefined ? {} : { fraction }) });
  return z
    .string(problem)
    .trim()
    .regex(/^\d{1,9}(\.\d{1,4})?$/, problem)
    .transform(Number)
    .refine((number) => number >= least && number <= most && (fraction || Number.isInteger(number)), problem);
}

/** Lines with something on them. */
function lines() {
  return z
    .string()
    .max(LONGEST_LIST)
    .optional()
    .transform((text) =>
      (text ?? '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    );
}

function valuesOf(form: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(form)) {
    const [part = '', name] = field.split('.');
    if (part === 'proofKinds') continue;
    if (name === undefined) values[field] = value;
    else values[part] = { ...(values[part] as object | undefined), [name]: value };
  }
  values.proofKinds = proofKinds.filter((kind) => form[`proofKinds.${kind}`] === true);
  return values;
}
