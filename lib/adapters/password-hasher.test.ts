import { expect, test } from 'vitest';
import { createPasswordHasher } from './password-hasher.ts';

test('a password matches its own hash, and only that', async () => {
  const { hash, verify } = createPasswordHasher();
  const stored = await hash('tidal kettle');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hash('tidal kettle')).not.toBe(stored);
  expect(await verify(stored, 'tidal kettle')).toBe('match');
  expect(await verify(stored, 'tidal kettles')).toBe('mismatch');
  expect(await verify(null, 'tidal kettle')).toBe('mismatch');
});

test('composed and decomposed letters are one password', async () => {
  const { hash, verify } = createPasswordHasher();
  expect(
    await verify(await hash('Zürich im Nebel'.normalize('NFD')), 'Zürich im Nebel'.normalize('NFC')),
  ).toBe('match');
});

test('a flood is turned away, and everybody before it is served', async () => {
  const { hash, verify } = createPasswordHasher(1);
  const stored = await hash('tidal kettle');
  const answers = await Promise.all(Array.from({ length: 110 }, () => verify(stored, 'tidal kettle')));
  const matches = answers.filter((answer) => answer === 'match').length;
  expect(matches).toBeGreaterThanOrEqual(100);
  expect(answers.filter((answer) => answer === 'busy')).toHaveLength(110 - matches);
  expect(matches).toBeLessThan(110);
  expect(await verify(stored, 'tidal kettle')).toBe('match');
});
