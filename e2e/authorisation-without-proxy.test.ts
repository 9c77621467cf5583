import { expect, request, test } from '@playwright/test';
import { addresses } from './addresses.ts';
import { tryEveryDoor } from './support/doors.ts';
import { startWithoutProxy } from './support/without-proxy.ts';

// proxy.ts leads people to signing in and decides nothing: without it every door has to hold just the same.

let running: Awaited<ReturnType<typeof startWithoutProxy>> | undefined;
test.beforeAll(async () => {
  running = await startWithoutProxy();
});
test.afterAll(() => running?.stop());

test('proxy.ts is gone: nobody brings back the page that was asked for', async () => {
  for (const [portalUrl, location] of [
    [addresses().portalUrl, '/sign-in?next=%2Fadmin%2Frequests'],
    [running?.portalUrl, '/sign-in'],
  ]) {
    const nobody = await request.newContext({ baseURL: portalUrl });
    const response = await nobody.get('/admin/requests', { maxRedirects: 0 });
    expect(response.headers().location?.replace(portalUrl ?? '', '')).toBe(location);
    await nobody.dispose();
  }
});

tryEveryDoor(() => running?.portalUrl ?? '');
