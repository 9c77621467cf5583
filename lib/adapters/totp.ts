import { Secret, TOTP } from 'otpauth';

// What every authenticator app takes: SHA-1, six digits, thirty seconds (RFC 6238, key URI format).
const PERIOD_SECONDS = 30;
const DIGITS = 6;
const SECRET_OCTETS = 20;
/** Clocks differ and typing takes time: one step before and after is taken (RFC 6238 5.2). */
const STEPS_AROUND = 1;

export type Totp = {
  /** @returns base32 text of a new key */
  newSecret: () => string;
  /** `otpauth://totp/…`, what the QR code holds. */
  keyUri: (key: { secret: string; email: string; issuer: string }) => string;
  /**
   * The time step whose code this is. Who verifies must remember it and take no step twice (RFC 6238 5.2).
   * @param code as it was typed; spaces between digits are fine
   */
  matchingStep: (secret: string, code: string, now: Date) => number | null;
};

function totpOf(secret: string, label?: { email: string; issuer: string }): TOTP {
  return new TOTP({
    secret: Secret.fromBase32(secret),
    digits: DIGITS,
    period: PERIOD_SECONDS,
    ...(label === undefined ? {} : { issuer: label.issuer, label: label.email }),
  });
}

export const totp: Totp = {
  newSecret: () => new Secret({ size: SECRET_OCTETS }).base32,
  keyUri: ({ secret, email, issuer }) => totpOf(secret, { email, issuer }).toString(),
  matchingStep: (secret, code, now) => {
    const digits = code.replace(/\s/g, '');
    if (!/^[0-9]{6}$/.test(digits)) return null;
    const delta = totpOf(secret).validate({ token: digits, timestamp: now.getTime(), window: STEPS_AROUND });
    return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta;
  },
};
