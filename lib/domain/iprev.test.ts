import { expect, test } from 'vitest';
import type { EvidenceOutcome, PtrName } from './evidence.ts';
import { evaluateIprev, type IprevResult } from './iprev.ts';

const yes: PtrName = { name: 'mail.acme.example', valid: true, confirmed: 'yes' };
const no: PtrName = { name: 'mail.globex.example', valid: true, confirmed: 'no' };
const open: PtrName = { name: 'slow.acme.example', valid: true, confirmed: 'unknown' };
const hostile: PtrName = { name: '<script>', valid: false, confirmed: 'no' };

test.each<[EvidenceOutcome, PtrName[], IprevResult, string[]]>([
  ['found', [yes], 'pass', ['mail.acme.example']],
  ['found', [no, yes], 'pass', ['mail.acme.example']],
  ['temporary_error', [open, yes], 'pass', ['mail.acme.example']],
  ['found', [no], 'fail', []],
  ['found', [no, hostile], 'fail', []],
  ['found', [hostile], 'fail', []],
  ['found', [{ ...hostile, confirmed: 'yes' }], 'fail', []],
  ['found', [{ ...hostile, confirmed: 'unknown' }], 'fail', []],
  ['temporary_error', [no, open], 'temperror', []],
  ['found', [no, open], 'temperror', []],
  ['temporary_error', [], 'temperror', []],
  ['none', [], 'permerror', []],
  ['found', [], 'permerror', []],
])('%s, %j: %s', (outcome, names, result, confirmed) => {
  expect(evaluateIprev({ outcome, names })).toEqual({ result, confirmed });
});
