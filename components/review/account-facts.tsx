import Link from 'next/link';
import { common } from '../../lib/web/messages/common.ts';
import { review } from '../../lib/web/messages/review.ts';
import { Card } from '../ui/card.tsx';
import { type DescriptionItem, DescriptionList } from '../ui/description-list.tsx';
import { Names } from '../ui/names.tsx';

export type AccountFactsView = {
  name: string;
  /** Support's page of the account. */
  href?: string;
  /** A year, or a date in words. */
  customerSince: string;
  plan: string | null;
  inForce: number;
  removed: number;
  /** A rate with its unit; left out where nothing is counted yet. */
  complaints?: string | null;
  domains: readonly string[];
};

const words = review.facts;

/** Who asks, in the few facts that weigh. */
export function AccountFacts({ account }: { account: AccountFactsView }) {
  const items: DescriptionItem[] = [{ term: words.customerSince, value: account.customerSince }];
  if (account.plan) items.push({ term: words.plan, value: account.plan });
  items.push(
    { term: words.inForce, value: words.addresses(account.inForce) },
    { term: words.removed, value: words.addresses(account.removed) },
  );
  if (account.complaints) items.push({ term: words.complaints, value: account.complaints });
  items.push({
    term: words.domains,
    value:
      account.domains.length === 0 ? common.none : <Names list={account.domains} more={common.moreNames} />,
  });
  return (
    <Card
      id="account-facts"
      title={
        account.href === undefined ? (
          account.name
        ) : (
          <Link href={account.href} className="rounded-chip">
            {account.name}
          </Link>
        )
      }
    >
      <DescriptionList items={items} />
    </Card>
  );
}
