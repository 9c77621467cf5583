import { describe, expect, test } from 'vitest';
import { totp } from './totp.ts';

// RFC 6238, appendix B: the last six digits of the SHA-1 rows, key "12345678901234567890".
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
];

const at = (seconds: number) => new Date(seconds * 1000);
const step = (seconds: number) => Math.floor(seconds / 30);

describe('one-time codes', () => {
  test.each(vectors)('at %d: %s', (seconds, code) => {
    expect(totp.matchingStep(secret, code, at(seconds))).toBe(step(seconds));
  });

  test('one step early or late is taken, two are not, and the step is the code’s own', () => {
    const [seconds, code] = [1_234_567_890, '005924'];
    expect(totp.matchingStep(secret, code, at(seconds + 30))).toBe(step(seconds));
    expect(totp.matchingStep(secret, code, at(seconds - 30))).toBe(step(seconds));
    expect(totp.matchingStep(secret, code, at(seconds + 60))).toBeNull();
    expect(totp.matchingStep(secret, code, at(seconds - 60))).toBeNull();
  });

  test('spaces are fine, anything else is not a code', () => {
    expect(totp.matchingStep(secret, ' 287 082 ', at(59))).toBe(1);
    for (const text of ['', '28708', '2870820', '28708a', '-87082', '２８７０８２']) {
      expect(totp.matchingStep(secret, text, at(59))).toBeNull();
    }
  });

  test('a new key is 160 bits and its address names issuer and person', () => {
    const fresh = totp.newSecret();
    expect(fresh).toMatch(/^[A-Z2-7]{32}$/);
    expect(totp.newSecret()).not.toBe(fresh);
    const uri = new URL(totp.keyUri({ secret: fresh, email: 'jo@acme.example', issuer: 'Example Mail' }));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toContain('Example Mail:jo@acme.example');
    expect(uri.searchParams.get('secret')).toBe(fresh);
    expect(uri.searchParams.get('issuer')).toBe('Example Mail');
  });
});
