import { NextRequest } from 'next/server';
import { expect, test } from 'vitest';
import { proxy } from '../proxy.ts';

const form = 'https://portal.example/servers/acme-production/whitelist/new';
const ask = (method: string) => proxy(new NextRequest(form, { method }));

test('who has no cookie is led to signing in, and back to the page', () => {
  const answer = ask('GET');
  expect(answer.headers.get('location')).toBe(
    'https://portal.example/sign-in?next=%2Fservers%2Facme-production%2Fwhitelist%2Fnew',
  );
});

test('a form that was open until the cookie ran out reaches its action, which keeps what was typed', () => {
  const answer = ask('POST');
  expect(answer.headers.get('location')).toBeNull();
  expect(answer.headers.get('x-middleware-next')).toBe('1');
});
