import { expect, test } from 'vitest';
import { isMailProvider } from './mail-providers.ts';

test.each(['gmail.com', 'yahoo.co.uk', 'hotmail.de', 'web.de', 'live.com.au'])(
  '%s is for everybody',
  (name) => {
    expect(isMailProvider(name)).toBe(true);
  },
);

test.each([
  'acme.example',
  'mail.acme.example',
  'yahoo.acme.example',
  'corp.gmail.com',
  'yahoo',
  'yahooo.com',
])('%s is not', (name) => {
  expect(isMailProvider(name)).toBe(false);
});
