import { expect, test } from 'vitest';
import { isPersonName } from './person-name.ts';

test.each([
  'Jo Baker',
  'J.R. Smith',
  'Dr. Kim Sato, Ph.D.',
  'Dipl.-Ing. Özge Müller-Lüdenscheidt',
  'X Æ A-12',
  'محمد الأحمد',
  '김사토',
  'علی\u200cرضا',
  'a'.repeat(100),
])('%s is a name', (name) => expect(isPersonName(name)).toBe(true));

test.each([
  '',
  ' ',
  'Win at https://evil.example/x',
  'evil.example',
  'Jo (www.evil.example)',
  'jo@acme.example',
  'почта.рф',
  'Jo\nYour account is locked',
  'Jo\u2028Baker',
  'Jo\u202eBaker',
  'Jo\u0000',
  'a'.repeat(101),
])('%j is none', (name) => expect(isPersonName(name)).toBe(false));
