import { startPostern } from './start-postern.ts';
import { startEvidenceServers } from './support/evidence-servers.ts';

/**
 * Starts the real thing, as `npm start` does, once for all tests, with name servers, a DNS list and a registry on loopback
 * to ask; its addresses go to the tests by the environment.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const evidence = await startEvidenceServers();
  try {
    const { addresses, stop } = await startPostern(evidence.settings);
    process.env.POSTERN_E2E = JSON.stringify(addresses);
    process.env.POSTERN_E2E_PORTAL_URL = addresses.portalUrl;
    return async () => {
      await stop();
      await evidence.stop();
    };
  } catch (error) {
    await evidence.stop();
    throw error;
  }
}
