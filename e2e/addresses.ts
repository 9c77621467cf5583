import type { Addresses } from './start-postern.ts';

/** Where the product that runs for the tests of this worker is reached. */
export function addresses(): Addresses {
  const products = JSON.parse(process.env.POSTERN_E2E ?? '[]') as Addresses[];
  const own = products[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];
  if (own === undefined)
    throw new Error('Postern does not run: start the tests with "npm test -- end-to-end"');
  return own;
}
