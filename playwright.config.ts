import { defineConfig, devices } from '@playwright/test';

/** Tests of one product follow each other; these are of the first, and about half of all the time. */
const ofTheFirst = ['accessibility', 'authorisation*', 'start'].map((name) => `**/${name}.test.ts`);

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/end-to-end',
  globalSetup: './e2e/global-setup.ts',
  // A product runs for each, see the set-up.
  workers: 2,
  projects: [
    { name: 'first', testMatch: ofTheFirst, workers: 1 },
    { name: 'second', testIgnore: ofTheFirst, workers: 1 },
  ],
  retries: 0,
  forbidOnly: true,
  // A test here is a whole story, with real look-ups and two busy cores.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    ...devices['Desktop Chrome'],
    launchOptions: { executablePath: process.env.POSTERN_CHROMIUM || undefined },
    // A trace of every test would cost a sixth of the time: `--trace on` for the one that is looked into.
    screenshot: 'only-on-failure',
  },
});
