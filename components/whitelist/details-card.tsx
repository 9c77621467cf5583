import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Card } from '../ui/card.tsx';
import { type DescriptionItem, DescriptionList } from '../ui/description-list.tsx';

const words = whitelist.details;

export type DetailsView = Partial<Record<Exclude<keyof typeof words, 'title'>, string | null>>;

/** What the requester said about the address; what was not said takes no room. */
export function DetailsCard({ details }: { details: DetailsView }) {
  const terms = Object.keys(words).filter((key): key is keyof DetailsView => key !== 'title');
  const items: DescriptionItem[] = terms.flatMap((key) => {
    const value = details[key];
    return value ? [{ term: words[key], value }] : [];
  });
  if (items.length === 0) return null;
  return (
    <Card id="details" title={words.title}>
      <DescriptionList items={items} />
    </Card>
  );
}
