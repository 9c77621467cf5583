import { expect, test } from 'vitest';
import { lostItsProof } from './lost-proof.ts';

const at = new Date('2026-11-20T12:00:00Z');

test.each([
  ['a live entry whose proof was taken back', 'active', null, [at], true],
  ['also while it is suspended for that', 'suspended', null, [at], true],
  ['not one that is proven again', 'active', at, [at, null], false],
  ['not one that was approved without a proof', 'active', null, [], false],
  ['not a request, which asks for its proof anyhow', 'in_review', null, [at], false],
  ['not what has ended', 'removed', null, [at], false],
] as const)('%s', (_what, status, provenAt, withdrawn, lost) => {
  const proofs = withdrawn.map((withdrawnAt) => ({ withdrawnAt }));
  expect(lostItsProof({ status, provenAt }, proofs)).toBe(lost);
});
