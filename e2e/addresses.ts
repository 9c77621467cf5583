import type { Addresses } from './start-postern.ts';

/** Where the product that runs for these tests is reached. */
export function addresses(): Addresses {
  const text = process.env.POSTERN_E2E;
  if (text === undefined)
    throw new Error('Postern does not run: start the tests with "npm test -- end-to-end"');
  return JSON.parse(text) as Addresses;
}
