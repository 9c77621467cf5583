import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { throttles } from '../../db/schema.ts';
import { parseAddress } from '../domain/ip.ts';
import { enclosingNetwork, formatNetwork } from '../domain/network.ts';
import type { Refusal } from './result.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** An IPv4 address is one customer; of IPv6 a customer has a /56 or more to hop about in. */
const CLIENT_PREFIX = { 4: 32, 6: 56 } as const;

/** `attempts` are taken within `windowMs`, then none for `blockMs`. */
export type ThrottleRule = { attempts: number; windowMs: number; blockMs: number };

export const throttleRules = {
  /** One client, whoever it claims to be: an office behind one address mistypes less than this. */
  client: { attempts: 30, windowMs: 15 * MINUTE_MS, blockMs: 15 * MINUTE_MS },
  /** One person from one client. What a stranger does elsewhere does not count here. */
  person_from_client: { attempts: 8, windowMs: 15 * MINUTE_MS, blockMs: 15 * MINUTE_MS },
  /**
   * One person from everywhere, against many clients that guess together. A stranger can trip it, so it is short, and
   * it does not hold where the person signed in from lately (KNOWN_PLACE_DAYS).
   */
  person_everywhere: { attempts: 50, windowMs: 60 * MINUTE_MS, blockMs: 10 * MINUTE_MS },
  /** Codes of one person, who has given the right password before. */
  second_factor: { attempts: 5, windowMs: 15 * MINUTE_MS, blockMs: 15 * MINUTE_MS },
  /** Calls of one API token, fifty a second: for whoever has lost control of a loop. */
  api_token: { attempts: 3000, windowMs: MINUTE_MS, blockMs: MINUTE_MS / 2 },
  /** New requests of one account, with twice its plan's number on top: each costs lookups, mail, and all nodes a look. */
  account_requests: { attempts: 60, windowMs: DAY_MS, blockMs: DAY_MS },
  /** Requests of one account that are refused at once: each is an event that is kept for ever. */
  refused_requests: { attempts: 300, windowMs: DAY_MS, blockMs: DAY_MS },
  /**
   * Changes that the owners of an account make to one of its entries, and as many by its members. Each moves its
   * revision on, so without an end of them whoever of support has read the entry could never decide about it; and each
   * is an event and a look of every node. What gives the entry up is not counted, nor what ends an own pause.
   */
  entry_edits: { attempts: 60, windowMs: DAY_MS, blockMs: DAY_MS },
  /** Sender domains that one server claims: one that is verified and given up again changes all of its entries twice. */
  domain_claims: { attempts: 200, windowMs: DAY_MS, blockMs: DAY_MS },
  /** Answers of one holder whose address is contested: each is mail to support, and undoes what was approved before. */
  ownership_answers: { attempts: 5, windowMs: DAY_MS, blockMs: DAY_MS },
  /** API tokens that one person makes: each is mail, a row and an event of the platform's own chain. */
  tokens_made: { attempts: 50, windowMs: DAY_MS, blockMs: DAY_MS },
  /** Appeals against one removal: a withdrawn one may be made again. */
  appeal: { attempts: 5, windowMs: DAY_MS, blockMs: DAY_MS },
  /** Invitations that one account makes: each is a mail to whomever it likes. */
  account_invitations: { attempts: 30, windowMs: 60 * MINUTE_MS, blockMs: 60 * MINUTE_MS },
  /** Mail of invitations to one mailbox, from however many accounts. */
  invited_mailbox: { attempts: 3, windowMs: DAY_MS, blockMs: DAY_MS },
} as const satisfies Record<string, ThrottleRule>;

export type ThrottleName = keyof typeof throttleRules;

export const KNOWN_PLACE_DAYS = 30;

export type Throttle = { name: ThrottleName; key: string };

/** What a row of `throttles` counts. Strangers type anything into a form: the key holds only a digest of it. */
export function throttle(name: ThrottleName, ...parts: string[]): Throttle {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  return { name, key: `${name}:${digest}` };
}

/**
 * The network that counts as one client, canonical; the address itself where it is none of ours to widen.
 * @param address canonical text, null where the portal was asked without its own HTTP server in front
 */
export function clientPrefix(address: string | null): string {
  const parsed = address === null ? undefined : parseAddress(address);
  if (parsed === undefined) return 'unknown';
  return formatNetwork(enclosingNetwork(parsed, CLIENT_PREFIX[parsed.family]));
}

export type Attempt =
  /** `last`: it was the last one; the next is blocked unless this one is forgiven. */
  { ok: true; last: boolean } | Extract<Refusal, { code: 'throttled' }>;

/**
 * Takes one attempt. Counted before it is made, in one statement: of a thousand at once only as many as the rule
 * allows get through. Attempts while blocked do not prolong the block.
 * @param more attempts besides those of the rule, where they depend on whom it holds for
 */
export async function takeAttempt(
  database: Database,
  { name, key }: Throttle,
  now: Date,
  more = 0,
): Promise<Attempt> {
  const rule: ThrottleRule = throttleRules[name];
  const attempts = rule.attempts + more;
  const at = now.toISOString();
  const blockedUntil = new Date(now.getTime() + rule.blockMs).toISOString();
  const windowStart = new Date(now.getTime() - rule.windowMs).toISOString();
  const { failures, windowStartedAt, blockedUntil: until } = throttles;
  const blocked = sql`coalesce(${until} > ${at}::timestamptz, false)`;
  const over = sql`(not ${blocked} and (${until} is not null or ${windowStartedAt} <= ${windowStart}::timestamptz))`;
  const [row] = await database
    .insert(throttles)
    .values({ key, failures: 1, windowStartedAt: now })
    .onConflictDoUpdate({
      target: throttles.key,
      set: {
        failures: sql`case when ${over} then 1 else ${failures} + 1 end`,
        windowStartedAt: sql`case when ${over} then ${at}::timestamptz else ${windowStartedAt} end`,
        blockedUntil: sql`case
          when ${blocked} then ${until}
          when (case when ${over} then 1 else ${failures} + 1 end) >= ${attempts} then ${blockedUntil}::timestamptz
        end`,
      },
    })
    .returning();
  if (row === undefined) throw new Error('the upsert of a throttle returned no row');
  if (row.blockedUntil !== null && row.failures > attempts) {
    return { ok: false, code: 'throttled', until: row.blockedUntil };
  }
  return { ok: true, last: row.blockedUntil !== null };
}

/** The attempt was none to count after all: gives it back, and lifts the block if it was the one that set it. */
export async function forgiveAttempt(database: Database, { name, key }: Throttle): Promise<void> {
  const { failures, blockedUntil } = throttles;
  await database
    .update(throttles)
    .set({
      failures: sql`greatest(${failures} - 1, 0)`,
      blockedUntil: sql`case when ${failures} > ${throttleRules[name].attempts} then ${blockedUntil} end`,
    })
    .where(eq(throttles.key, key));
}

/** Forgets everything counted under this key. */
export async function clearThrottle(database: Database, { key }: Throttle): Promise<void> {
  await database.delete(throttles).where(eq(throttles.key, key));
}
