import { describe, expect, test } from 'vitest';
import { type PasswordRefusal, passwordProblem } from './password-rules.ts';

const email = 'jo.baker@acme-devices.example';

const cases: [password: string, problem: PasswordRefusal | null][] = [
  ['', 'too_short'],
  ['elevenchars', 'too_short'],
  ['tidal kettle', null],
  ['velvet anchor sings at noon', null],
  // No composition rules: one case, no digit, nothing else is fine.
  ['grebewillowpond', null],
  ['x'.repeat(12), 'too_common'],
  ['121212121212', 'too_common'],
  ['password1234', 'too_common'],
  ['Password123!!', 'too_common'],
  ['qwertyuiop123', 'too_common'],
  ['1234567890123456', 'too_common'],
  ['iloveyou iloveyou', 'too_common'],
  [email, 'like_email'],
  ['Jo.Baker2026!', 'like_email'],
  ['acme-devices-1234', 'like_email'],
  ['acme likes tidal kettles', null],
  // Twelve code points, more UTF-16 units: counted as people count.
  ['🦊🐻🐼🐨🐯🦁', 'too_short'],
  ['ｔｉｄａｌ ｋｅｔｔｌｅ', null],
  [`tidal kettle ${'q w '.repeat(80)}`, 'too_long'],
];

describe('a new password', () => {
  test.each(cases)('%s: %s', (password, problem) => {
    expect(passwordProblem(password, email)).toBe(problem);
  });
});
