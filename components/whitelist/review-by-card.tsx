import type { ReactNode } from 'react';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Card } from '../ui/card.tsx';

const words = whitelist.reviewBy;
export const reviewById = 'review-by';

/** Until when the entry holds, why then, and the way to renew it. */
export function ReviewByCard({
  date,
  why,
  lateUntil,
  renew,
}: {
  /** In words: "14 March 2027". */
  date: string;
  why: 'lease' | 'yearly' | 'overdue' | 'sponsor' | 'inherited';
  /** Of an overdue one the last day for renewing it, in words. */
  lateUntil?: string | null;
  renew?: ReactNode;
}) {
  return (
    <Card id={reviewById} title={words.title(date)}>
      <p className="text-second">
        {words[why]}
        {why === 'overdue' && lateUntil ? ` ${words.lateUntil(lateUntil)}` : null}
      </p>
      {renew ? <div className="mt-3">{renew}</div> : null}
    </Card>
  );
}
