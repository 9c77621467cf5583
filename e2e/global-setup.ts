import type { FullConfig } from '@playwright/test';
import { startPostern } from './start-postern.ts';
import { startEvidenceServers } from './support/evidence-servers.ts';

/**
 * Starts the real thing, as `npm start` does, once for each worker, so that no test meets what
 * another does meanwhile, with name servers, a DNS list and a registry on
 * loopback to ask; the addresses go to the tests by the environment.
 */
export default async function globalSetup({ workers }: FullConfig): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const evidence = await startEvidenceServers();
    stops.push(evidence.stop);
    // One after another: the first builds the portal, for all.
    const products = [];
    for (let number = 0; number < workers; number += 1) {
      const { addresses, stop } = await startPostern(evidence.settings);
      stops.push(stop);
      products.push(addresses);
    }
    process.env.POSTERN_E2E = JSON.stringify(products);
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}
