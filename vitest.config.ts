import { defineConfig } from 'vitest/config';

/** What needs neither a database nor another process; everything else is an integration test. */
const pure = [
  'components/**/*.test.{ts,tsx}',
  'lib/domain/**/*.test.ts',
  'lib/secrets/**/*.test.ts',
  'lib/env.test.ts',
  'smtp-worker/src/{session/*,whitelist/*,traffic/{counters,sender-sightings},crc32c,proxy-protocol}.test.ts',
  'lib/web/{paths,messages/*}.test.ts',
  'endurance/fuzz/fuzz.test.ts',
];

/** Its hundreds of modules are most of what a test file would load: bundled they are one. */
const drizzle = [
  'drizzle-orm',
  ...['pg-core', 'node-postgres', 'node-postgres/migrator'].map((part) => `drizzle-orm/${part}`),
];

const everything = '{bin,components,db,lib,smtp-worker,app,bench,endurance}/**/*.test.{ts,tsx}';

export default defineConfig({
  test: {
    // Two cores are what a small build machine has, and many a test waits.
    maxWorkers: 3,
    retry: 0,
    projects: [
      // Nothing here leaves anything behind that another file could meet.
      { test: { name: 'unit', include: pure, isolate: false, testTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: [everything],
          exclude: ['**/node_modules/**', '**/dist/**', ...pure],
          globalSetup: ['db/testing-setup.ts'],
          deps: { optimizer: { ssr: { enabled: true, include: drizzle } } },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // What is waited for comes: the second that is usual is too short for a machine that is busy.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
