// The hashes that a platform may hand over with SMTP credentials. Nodes verify them while a client waits, so a cost
// that would hold a node for seconds is refused here, where the platform can read why.

const WIDEST_ARGON2_KIB = 1_048_576;
const MOST_ARGON2_PASSES = 20;
const MOST_ARGON2_LANES = 32;
const HIGHEST_BCRYPT_COST = 15;
const MOST_SHA512_ROUNDS = 1_000_000;

/** PHC string format, https://github.com/P-H-C/phc-string-format */
const argon2id =
  /^\$argon2id\$v=(?:16|19)\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,128}$/;
const bcrypt = /^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/;
/** https://www.akkadia.org/drepper/SHA-crypt.txt */
const sha512Crypt = /^\$6\$(?:rounds=([0-9]{4,9})\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}$/;

/** Whether the text is a hash by argon2id, bcrypt or sha512-crypt, of a cost that nodes can bear. */
export function isPasswordHash(text: string): boolean {
  const argon2Parts = argon2id.exec(text);
  if (argon2Parts !== null) {
    const [memory = 0, passes = 0, lanes = 0] = argon2Parts.slice(1).map(Number);
    return (
      lanes >= 1 &&
      lanes <= MOST_ARGON2_LANES &&
      memory >= 8 * lanes &&
      memory <= WIDEST_ARGON2_KIB &&
      passes >= 1 &&
      passes <= MOST_ARGON2_PASSES
    );
  }
  const bcryptParts = bcrypt.exec(text);
  if (bcryptParts !== null) {
    const cost = Number(bcryptParts[1]);
    return cost >= 4 && cost <= HIGHEST_BCRYPT_COST;
  }
  const sha512Parts = sha512Crypt.exec(text);
  return sha512Parts !== null && Number(sha512Parts[1] ?? 5000) <= MOST_SHA512_ROUNDS;
}
