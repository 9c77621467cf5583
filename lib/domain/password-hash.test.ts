import { expect, test } from 'vitest';
import { isPasswordHash } from './password-hash.ts';

const digest = 'rWhnsBPx0vQ1Z3nVZ3nVZ3nVZ3nVZ3nVZ3nVZ3nVZ3k';
const crypt53 = '.'.repeat(53);
const crypt86 = '/'.repeat(86);

test.each([
  ['argon2id', `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$${digest}`],
  ['argon2id, 64 MiB', `$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$${digest}`],
  ['bcrypt of PHP', `$2y$10$${crypt53}`],
  ['bcrypt', `$2b$15$${crypt53}`],
  ['sha512-crypt', `$6$saltsalt$${crypt86}`],
  ['sha512-crypt with rounds', `$6$rounds=656000$saltsaltsaltsalt$${crypt86}`],
])('%s is a hash that nodes can verify', (_what, hash) => {
  expect(isPasswordHash(hash)).toBe(true);
});

test.each([
  ['the password itself', 'correct horse'],
  ['nothing', ''],
  ['argon2i', `$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$${digest}`],
  ['argon2id of 4 TiB', `$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$${digest}`],
  ['argon2id of a million passes', `$argon2id$v=19$m=19456,t=1000000,p=1$c29tZXNhbHQ$${digest}`],
  ['argon2id with less memory than its lanes need', `$argon2id$v=19$m=8,t=2,p=4$c29tZXNhbHQ$${digest}`],
  ['bcrypt that takes an hour', `$2b$31$${crypt53}`],
  ['bcrypt cut short', `$2b$10$${crypt53.slice(1)}`],
  ['md5-crypt', '$1$salt$qJH7.N4xYta3aEG/dfqo/0'],
  ['sha256-crypt', `$5$saltsalt$${'.'.repeat(43)}`],
  ['sha512-crypt of all rounds there are', `$6$rounds=999999999$saltsalt$${crypt86}`],
  ['a hash with more behind it', `$6$saltsalt$${crypt86}\n`],
])('%s is refused', (_what, hash) => {
  expect(isPasswordHash(hash)).toBe(false);
});
