import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { addDays } from '../domain/days.ts';
import { formatAddress, parseAddress } from '../domain/ip.ts';
import { MOST_COUNTERS } from '../domain/traffic.ts';

/** What is older would be added to rows that may be gone already. */
const LATEST_DAYS = 7;

const count = z.number().int().min(0).max(2_000_000_000);
const row = z.object({
  address: z.string().transform((text, context) => {
    const parsed = parseAddress(text);
    if (parsed !== undefined) return formatAddress(parsed);
    context.addIssue('is not an address');
    return z.NEVER;
  }),
  domain: z.string().min(1).max(253),
  day: z.iso.date(),
  taken: count,
  refused: count,
});
const payload = z.object({ senders: z.array(row).max(MOST_COUNTERS) });

/**
 * Adds what a node has seen of sender domains to the days of the addresses. In the transaction that marks the report as
 * taken: then a batch counts once.
 * @returns why it cannot be taken, null where it was
 */
export async function takeSenders(
  transaction: Database,
  reported: unknown,
  now: Date,
): Promise<string | null> {
  const parsed = payload.safeParse(reported);
  if (!parsed.success) return z.prettifyError(parsed.error);
  const { senders } = parsed.data;
  const isoDay = (days: number) => addDays(now, days).toISOString().slice(0, 10);
  const odd = senders.find(({ day }) => day < isoDay(-LATEST_DAYS) || day > isoDay(1));
  if (odd !== undefined) return `seen on ${odd.day}, which is not lately`;
  if (senders.length === 0) return null;
  // Sorted, so that two batches in one moment take the rows in the same order.
  await transaction.execute(sql`
    insert into sender_sightings (address, domain, day, taken, refused)
    select s.address, lower(s.domain), s.day, sum(s.taken), sum(s.refused)
    from jsonb_to_recordset(${JSON.stringify(senders)}::jsonb)
      as s (address inet, domain text, day date, taken integer, refused integer)
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (address, domain, day) do update set
      taken = sender_sightings.taken + excluded.taken,
      refused = sender_sightings.refused + excluded.refused`);
  return null;
}
