import { test } from '@playwright/test';
import { tryEveryDoor } from './support/doors.ts';
import { startWithoutProxy } from './support/without-proxy.ts';

// proxy.ts leads people to signing in and decides nothing: without it every door has to hold just the same.

let running: Awaited<ReturnType<typeof startWithoutProxy>> | undefined;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  running = await startWithoutProxy();
});
test.afterAll(() => running?.stop());

tryEveryDoor(() => running?.portalUrl ?? '');
