import { expect, test } from 'vitest';
import { defaultPolicy } from '../../domain/policy.ts';
import { policyFields } from '../../domain/policy-difference.ts';
import { policyFieldText, policyFieldValueText } from './policy.ts';

test('every field of the policy has a name of its own that is no path', () => {
  const names = [...policyFields(defaultPolicy).keys()].map(policyFieldText);
  expect(names.length).toBeGreaterThan(80);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => /^[a-z]+[A-Z.]/.test(name))).toEqual([]);
});

test.each<[string, string | number | boolean | string[], string, string]>([
  ['graceDays', 1, 'Grace for what is unpaid', '1 day'],
  ['graceDays', 14, 'Grace for what is unpaid', '14 days'],
  ['proofKinds', ['sending', 'dns'], 'Ways of proving control', 'by sending a message, by a DNS record'],
  ['abuse.kinds.spam.weight', 12, 'Weight, Spam', '12'],
  ['abuse.kinds.listed.ceiling', 'suspended', 'Highest step, On a list of spam senders', 'Suspend'],
  ['abuse.kinds.malware.gravest', true, 'One is enough, Malware or phishing', 'yes'],
  ['abuse.thresholds.removed', 80, 'Remove from a weight of', '80'],
  ['abuse.throttleShare', 0.125, 'Rate, % of its own', '12.5 %'],
  ['abuse.mode', 'observe', 'What does it do?', 'Observe'],
  ['abuse.fuseMinutes', 60, 'Addresses that may go at once: within minutes', '60'],
])('%s, %j is told in words', (field, value, name, text) => {
  expect([policyFieldText(field), policyFieldValueText(field, value)]).toEqual([name, text]);
});
