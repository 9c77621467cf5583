import type { Policy } from './policy.ts';

export type PolicyValue = string | number | boolean | null | readonly string[];

/** One field of the policy, `part.field` where it is of a part; undefined where one side does not have it. */
export type PolicyDifference = {
  field: string;
  before: PolicyValue | undefined;
  after: PolicyValue | undefined;
};

/** What is different between two policies, field by field in the order of the policy. The version is none of it. */
export function policyDifferences(before: Policy, after: Policy): PolicyDifference[] {
  const one = policyFields(before);
  const other = policyFields(after);
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((field) => ({ field, before: one.get(field), after: other.get(field) }))
    .filter((each) => !isSame(each.before, each.after));
}

/** Every field of the policy with its value; lists are values of their own. */
export function policyFields({ version: _, ...policy }: Policy): Map<string, PolicyValue> {
  const fields = new Map<string, PolicyValue>();
  collect(policy, '', fields);
  return fields;
}

function collect(value: object, path: string, into: Map<string, PolicyValue>): void {
  for (const [name, each] of Object.entries(value)) {
    const field = path === '' ? name : `${path}.${name}`;
    if (each !== null && typeof each === 'object' && !Array.isArray(each)) collect(each, field, into);
    else into.set(field, each as PolicyValue);
  }
}

function isSame(one: PolicyValue | undefined, other: PolicyValue | undefined): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
