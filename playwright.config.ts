import { defineConfig, devices } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.test.ts',
  outputDir: 'test-results/end-to-end',
  globalSetup: './e2e/global-setup.ts',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // A test here is a whole story, with real look-ups and two busy cores.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.POSTERN_E2E_PORTAL_URL,
    launchOptions: { executablePath: process.env.POSTERN_CHROMIUM || undefined },
    trace: 'retain-on-failure',
  },
});
