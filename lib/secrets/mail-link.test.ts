import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { mailGroups } from '../domain/mail-kinds.ts';
import { mailLinkToken, openMailLink } from './mail-link.ts';

const secrets = { current: 'a secret of some length, for tests', previous: null };

test.each(mailGroups)('a link for %s opens as it was made, whatever the case of the id', (group) => {
  const personId = randomUUID();
  expect(openMailLink(secrets, mailLinkToken(secrets, { personId, group }))).toEqual({ personId, group });
  const upper = mailLinkToken(secrets, { personId: personId.toUpperCase(), group });
  expect(openMailLink(secrets, upper)).toEqual({ personId, group });
});

test('it fits into the path of a link', () => {
  expect(mailLinkToken(secrets, { personId: randomUUID(), group: 'renewals' })).toMatch(/^[\w-]{40,60}$/);
});

test('no changed octet, cut, stranger’s or random token opens', () => {
  const token = mailLinkToken(secrets, { personId: randomUUID(), group: 'requests' });
  const octets = Buffer.from(token, 'base64url');
  for (let index = 0; index < octets.length; index += 1) {
    const changed = Buffer.from(octets);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(openMailLink(secrets, changed.toString('base64url')), `octet ${index}`).toBeNull();
  }
  for (const text of ['', token.slice(0, -1), `${token}A`, `${token}=`, `${token}\n`, '../../etc/passwd']) {
    expect(openMailLink(secrets, text), text).toBeNull();
  }
  expect(openMailLink(secrets, randomBytes(40).toString('base64url'))).toBeNull();
  expect(openMailLink({ current: 'another secret of some length, too', previous: null }, token)).toBeNull();
});

test('while the secret is rotated, links of both open', () => {
  const link = { personId: randomUUID(), group: 'requests' as const };
  const rotated = { current: 'the next secret of some length, yes', previous: secrets.current };
  expect(openMailLink(rotated, mailLinkToken(secrets, link))).toEqual(link);
  expect(openMailLink(rotated, mailLinkToken(rotated, link))).toEqual(link);
});
