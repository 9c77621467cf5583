import { startPostern } from './start-postern.ts';

/** Starts the real thing, as `npm start` does, once for all tests; its addresses go to the tests by the environment. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { addresses, stop } = await startPostern();
  process.env.POSTERN_E2E = JSON.stringify(addresses);
  process.env.POSTERN_E2E_PORTAL_URL = addresses.portalUrl;
  return stop;
}
