import { createHash, timingSafeEqual } from 'node:crypto';

// SHA-512 crypt (`$6$`), from Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512", version 0.6. Platforms bring
// such hashes along; new ones are never made of it.

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const standardRounds = 5000;
const fewestRounds = 1000;
/** The specification allows 999,999,999: one of those would keep a core busy for an hour. */
const mostRounds = 1_000_000;
const longestSalt = 16;

const shape = /^\$6\$(?:rounds=([0-9]{1,9})\$)?([^$]*)\$([./0-9A-Za-z]{86})$/;

/** Whether a password is the one of a `$6$` hash. Takes tens of milliseconds: never on the event loop. */
export function verifySha512Crypt(hash: string, password: string): boolean {
  const match = shape.exec(hash);
  if (match === null) return false;
  const [, roundsText, salt = '', expected = ''] = match;
  const rounds = roundsText === undefined ? standardRounds : Math.max(fewestRounds, Number(roundsText));
  if (rounds > mostRounds) return false;
  const made = sha512Crypt(Buffer.from(password), Buffer.from(salt.slice(0, longestSalt)), rounds);
  return timingSafeEqual(Buffer.from(made), Buffer.from(expected));
}

function sha512(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The first `length` octets of a digest, repeated as often as it takes. */
function stretch(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

/** The steps are numbered as in the specification. @returns the encoded digest alone */
export function sha512Crypt(password: Buffer, salt: Buffer, rounds: number): string {
  const alternate = sha512(password, salt, password); // 4 to 8
  const parts = [password, salt, stretch(alternate, password.length)]; // 1 to 3, 9, 10
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? alternate : password); // 11
  let digest = sha512(...parts); // 12
  const p = stretch(sha512(...new Array<Buffer>(password.length).fill(password)), password.length); // 13 to 16
  const s = stretch(sha512(...new Array<Buffer>(16 + (digest[0] as number)).fill(salt)), salt.length); // 17 to 20
  for (let round = 0; round < rounds; round += 1) {
    const odd = round % 2 === 1;
    const turn: Buffer[] = [odd ? p : digest];
    if (round % 3 !== 0) turn.push(s);
    if (round % 7 !== 0) turn.push(p);
    turn.push(odd ? digest : p);
    digest = sha512(...turn); // 21
  }
  return encode(digest); // 22
}

/** Three octets at a time, taken from three thirds of the digest in turn, in the order of the specification. */
function encode(digest: Buffer): string {
  let text = '';
  for (let index = 0; index < 21; index += 1) {
    const thirds = [index, index + 21, index + 42];
    const [a = 0, b = 0, c = 0] = [0, 1, 2].map((place) => thirds[(place + index) % 3] as number);
    text += encodeOctets(digest[a] as number, digest[b] as number, digest[c] as number, 4);
  }
  return text + encodeOctets(0, 0, digest[63] as number, 2);
}

function encodeOctets(high: number, middle: number, low: number, characters: number): string {
  let value = (high << 16) | (middle << 8) | low;
  let text = '';
  for (let count = 0; count < characters; count += 1) {
    text += alphabet[value & 63];
    value >>= 6;
  }
  return text;
}
