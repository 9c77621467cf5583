/** Limits in characters (code points after NFKC, as they are hashed). */
const passwordLimits = { shortest: 12, longest: 256 } as const;

/** So few different characters beyond what anybody would guess are no secret. */
const fewestOwnCharacters = 5;

/** What passwords are made of that everybody tries first, longest first. */
const commonParts = [
  'correcthorsebatterystaple',
  'qwertyuiop',
  '1q2w3e4r5t6y',
  'asdfghjkl',
  'qwertzuiop',
  '1234567890',
  'iloveyou',
  'password',
  'passwort',
  'sunshine',
  'changeme',
  'football',
  'princess',
  'superman',
  'letmein',
  'welcome',
  'postern',
  'qwerty',
  'secret',
  'dragon',
  'monkey',
  'azerty',
  'master',
  'login',
  'admin',
  'summer',
  'winter',
  '12345',
  '54321',
  'abcde',
  '1234',
  '2024',
  '2025',
  '2026',
  '2027',
  '123',
  'abc',
] as const;

/** `unchanged`: it is the one that is to be changed. */
export type PasswordRefusal = 'too_short' | 'too_long' | 'like_email' | 'too_common' | 'unchanged';

/**
 * Whether a new password may be taken (NIST SP 800-63B-4, 3.1.1.2: length and a list of what is guessed first; no rule
 * about kinds of characters, no expiry).
 * @returns null where it may
 */
export function passwordProblem(password: string, email: string): PasswordRefusal | null {
  const text = password.normalize('NFKC').toLowerCase();
  const length = [...text].length;
  if (length < passwordLimits.shortest) return 'too_short';
  if (length > passwordLimits.longest) return 'too_long';
  if (ownCharacters(text, commonParts) < fewestOwnCharacters) return 'too_common';
  const parts = emailParts(email.toLowerCase());
  return ownCharacters(text, [...parts, ...commonParts]) < fewestOwnCharacters ? 'like_email' : null;
}

/** Different letters and digits that remain once the guessable parts are taken out. */
function ownCharacters(text: string, parts: readonly string[]): number {
  const rest = parts.reduce((remaining, part) => remaining.replaceAll(part, ' '), text);
  return new Set(rest.replace(/[^\p{L}\p{N}]/gu, '')).size;
}

/** The whole address, then its words; those of one or two letters stand in any text. */
function emailParts(email: string): string[] {
  const words = email.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  return [email, ...words.sort((one, other) => other.length - one.length)];
}
