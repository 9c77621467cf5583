import { createPasswordHasher, type PasswordHasher } from '../adapters/password-hasher.ts';

// Next makes several bundles of this file, and the limit on hashes at once holds for the process.
const place = Symbol.for('postern.passwords');
const holder = globalThis as { [place]?: PasswordHasher };

export function passwords(): PasswordHasher {
  holder[place] ??= createPasswordHasher();
  return holder[place];
}
