import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { PersonRow } from '../../db/queries/people.ts';
import { people } from '../../db/schema.ts';
import type { Totp } from '../adapters/totp.ts';
import type { Secrets } from '../secrets/keys.ts';
import { openText, sealText } from '../secrets/sealed-text.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';
import { clearThrottle, takeAttempt, throttle } from './throttle.ts';

export type CodeCheck = {
  database: Database;
  actor: Actor;
  person: PersonRow;
  /** As it was typed. */
  code: string;
  totp: Totp;
  secrets: Secrets;
  now: Date;
};

export type CodeRefusal =
  /** Another code, an older one, or one that was used before. */
  { ok: false; code: 'wrong_code' } | { ok: false; code: 'throttled'; until: Date };

/**
 * Inside a transaction. Checks a one-time code and uses it up: of any number of attempts with the same code, at once or
 * later, one is right (RFC 6238 5.2). The first right code confirms the key.
 */
export async function checkCode(check: CodeCheck): Promise<{ ok: true } | CodeRefusal> {
  const { database, actor, person, code, totp, secrets, now } = check;
  const limit = throttle('second_factor', person.id);
  const attempt = await takeAttempt(database, limit, now);
  if (!attempt.ok) return attempt;
  const opened = person.totpSecret === null ? null : openText(secrets, 'totp', person.id, person.totpSecret);
  const step = opened === null ? null : totp.matchingStep(opened.text, code, now);
  if (opened === null || step === null || !(await takeStep(check, opened, step))) {
    if (attempt.last) {
      await recordEvent(database, actor, { kind: 'second_factor_throttled', content: { person: person.id } });
    }
    return { ok: false, code: 'wrong_code' };
  }
  await clearThrottle(database, limit);
  return { ok: true };
}

/** The row decides who used the code: only a later step than the last is taken. */
async function takeStep(
  { database, person, secrets, now }: CodeCheck,
  opened: { text: string; stale: boolean },
  step: number,
): Promise<boolean> {
  const [used] = await database
    .update(people)
    .set({
      totpLastStep: step,
      totpConfirmedAt: person.totpConfirmedAt ?? now,
      ...(opened.stale ? { totpSecret: sealText(secrets, 'totp', person.id, opened.text) } : {}),
    })
    .where(
      and(
        eq(people.id, person.id),
        eq(people.totpSecret, person.totpSecret ?? ''),
        or(isNull(people.totpLastStep), lt(people.totpLastStep, step)),
      ),
    )
    .returning({ id: people.id });
  return used !== undefined;
}
