import { expect, test } from 'vitest';
import { defaultPolicy } from './policy.ts';
import { policyDifferences } from './policy-difference.ts';

test('nothing is different between a policy and its copy, whatever the version', () => {
  expect(policyDifferences(defaultPolicy, { ...structuredClone(defaultPolicy), version: 9 })).toEqual([]);
});

test('each field that is different, those of parts by their path, lists as a whole', () => {
  const after = {
    ...defaultPolicy,
    graceDays: 7,
    listZones: ['zen.example'],
    listCodes: { ...defaultPolicy.listCodes, '127.0.0.77': 'sbl' as const },
    drift: { ...defaultPolicy.drift, suspendOn: [] },
    retention: { ...defaultPolicy.retention, mail: 31 },
  };
  expect(policyDifferences(defaultPolicy, after)).toEqual([
    { field: 'graceDays', before: 14, after: 7 },
    { field: 'listZones', before: null, after: ['zen.example'] },
    { field: 'drift.suspendOn', before: ['not_shared:shared_egress'], after: [] },
    { field: 'retention.mail', before: 30, after: 31 },
    { field: 'listCodes.127.0.0.77', before: undefined, after: 'sbl' },
  ]);
});

test('the same entries in another order are another list', () => {
  const one = { ...defaultPolicy, proofKinds: ['http', 'dns'] as const };
  const other = { ...defaultPolicy, proofKinds: ['dns', 'http'] as const };
  expect(policyDifferences(one, other)).toHaveLength(1);
});
