import { expect, test } from 'vitest';
import { parseNextHop } from './next-hop-url.ts';

test.each([
  ['smtp://127.0.0.1:2500', { host: '127.0.0.1', port: 2500, credentials: null, tls: 'offered', weight: 1 }],
  ['smtp://mta.example', { host: 'mta.example', port: 25 }],
  ['smtp://[2001:db8::1]:26?tls=required', { host: '2001:db8::1', port: 26, tls: 'required' }],
  ['smtp://us%40er:p%3Aass@mta.example:587/', { credentials: { username: 'us@er', password: 'p:ass' } }],
  ['smtp://mta.example?weight=3', { weight: 3 }],
])('%s', (text, nextHop) => {
  expect(parseNextHop(text)).toMatchObject({ ok: true, nextHop });
});

test.each([
  '',
  'mta.example:25',
  'http://mta.example',
  'smtp://',
  'smtp://mta.example/path',
  'smtp://mta.example?tls=no',
  'smtp://mta.example?tsl=required',
  'smtp://mta.example:99999',
  'smtp://mta.example?weight=0',
  'smtp://us%er:pass@mta.example',
  'smtp://user:p%ffss@mta.example',
])('no next hop: %s', (text) => {
  expect(parseNextHop(text).ok).toBe(false);
});
