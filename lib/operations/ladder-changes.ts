import { z } from 'zod';
import { type SignalKind, signalKinds } from '../domain/abuse-signals.ts';
import { type LadderPolicy, type Rung, rank, rungs } from '../domain/ladder-policy.ts';

// What an administrator may set of the ladder, with the limits inside which a value still means something.

const rung = z.enum(rungs as [Rung, ...Rung[]]);
const weight = z.number().min(0).max(1000);
const count = (most: number) => z.number().int().min(1).max(most);
const kind = z.strictObject({
  weight,
  halfLifeDays: z.number().min(0.1).max(365),
  ceiling: rung,
  gravest: z.boolean(),
});
/** A domain in lower case, as it stands behind the @ of a reporter. */
const domain = z.string().regex(/^(?=.{1,253}$)([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/, 'is no domain');

const ladder = z.strictObject({
  mode: z.enum(['observe', 'act']),
  kinds: z.strictObject(
    Object.fromEntries(signalKinds.map((each) => [each, kind])) as Record<SignalKind, typeof kind>,
  ),
  thresholds: z.strictObject({
    warned: z.number().min(1).max(10_000),
    throttled: z.number().min(1).max(10_000),
    suspended: z.number().min(1).max(10_000),
    removed: z.number().min(1).max(10_000),
  }),
  releaseShare: z.number().min(0.05).max(0.95),
  holdHours: z
    .number()
    .min(0)
    .max(24 * 30),
  throttleShare: z.number().min(0.01).max(1),
  throttleLeast: count(10_000),
  forgetDays: count(365),
  serverRemovals: count(100),
  serverRemovalDays: count(365),
  reporters: z.array(domain).max(200),
  fuseEntries: count(10_000),
  fuseShare: z.number().min(0).max(0.2),
  fuseMinutes: count(24 * 60),
});

export type CheckedLadder =
  | { ok: true; ladder: LadderPolicy }
  /** `field`: the way to it, with dots. `reason`: a stable code or what zod says. */
  | { ok: false; field: string; reason: string };

/** Checks a whole ladder: each value by itself, and what they are together. */
export function checkLadder(input: unknown): CheckedLadder {
  const parsed = ladder.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' };
  }
  const { kinds, thresholds } = parsed.data;
  if (thresholds.throttled < thresholds.warned) return rises('throttled');
  if (thresholds.suspended < thresholds.throttled) return rises('suspended');
  // Only what is certain removes, so it may need less than a suspension, but never less than slowing down.
  if (thresholds.removed < thresholds.throttled) return rises('removed');
  for (const [name, { gravest, ceiling }] of Object.entries(kinds)) {
    // One that does not fade and only warns would warn for ever.
    if (gravest && rank(ceiling) < rank('suspended')) {
      return { ok: false, field: `kinds.${name}.ceiling`, reason: 'gravest_acts' };
    }
  }
  return { ok: true, ladder: parsed.data };
}

function rises(step: Rung): CheckedLadder {
  return { ok: false, field: `thresholds.${step}`, reason: 'below_lower_step' };
}
