import { expect, test } from 'vitest';
import { openText, sealText } from './sealed-text.ts';

const old = { current: 'a'.repeat(40), previous: null };
const rotating = { current: 'b'.repeat(40), previous: old.current };
const rotated = { current: 'b'.repeat(40), previous: null };

test('opens where it was sealed, and nowhere else', () => {
  const sealed = sealText(old, 'totp', 'person-1', 'JBSWY3DPEHPK3PXP');
  expect(sealed).not.toContain('JBSWY3DPEHPK3PXP');
  expect(sealText(old, 'totp', 'person-1', 'JBSWY3DPEHPK3PXP')).not.toBe(sealed);
  expect(openText(old, 'totp', 'person-1', sealed)).toEqual({ text: 'JBSWY3DPEHPK3PXP', stale: false });
  expect(openText(old, 'totp', 'person-2', sealed)).toBeNull();
  expect(openText(old, 'session', 'person-1', sealed)).toBeNull();
});

test('survives one rotation of the secret, and says that it is due', () => {
  const sealed = sealText(old, 'totp', 'person-1', 'key');
  expect(openText(rotating, 'totp', 'person-1', sealed)).toEqual({ text: 'key', stale: true });
  expect(openText(rotated, 'totp', 'person-1', sealed)).toBeNull();
});

test('anything changed or foreign does not open', () => {
  const sealed = sealText(old, 'totp', 'p', 'key');
  const [id, body = ''] = sealed.split('.');
  const flipped = Buffer.from(body, 'base64url');
  for (let at = 0; at < flipped.length; at++) {
    const changed = Buffer.from(flipped);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openText(old, 'totp', 'p', `${id}.${changed.toString('base64url')}`)).toBeNull();
  }
  for (const text of ['', '.', id ?? '', `${id}.`, `${id}.AAAA`, 'key', `00000000.${body}`]) {
    expect(openText(old, 'totp', 'p', text)).toBeNull();
  }
});
