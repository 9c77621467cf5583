import { type RenewItem, totalOf } from '../../lib/domain/mail-values.ts';
import { entryUrl, renewalsUrl } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { calendarText, dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { EntryList } from './parts/entry-list.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { force } from './words/force.ts';

const words = force.renew;
const MOST_LISTED = 50;

/** The most urgent first. */
function itemsOf({ values }: MailProps<'renew'>): [RenewItem, ...RenewItem[]] {
  const [first, ...others] = values.items.toSorted((one, other) =>
    one.reviewBy.localeCompare(other.reviewBy),
  );
  if (first === undefined) throw new Error('a reminder to renew names no address');
  return [first, ...others];
}

export function Renew(props: MailProps<'renew'>) {
  const { context } = props;
  const { timeZone } = context.reader;
  const items = itemsOf(props);
  const [first] = items;
  const due = ({ reviewBy, leaseEnd, paused }: RenewItem) =>
    [
      words.by(dayText(reviewBy, timeZone)),
      ...(leaseEnd === null ? [] : [words.leaseEnds(calendarText(leaseEnd))]),
      ...(paused ? [words.paused] : []),
    ].join(', ');
  return (
    <>
      {items.length === 1 ? (
        <>
          <AddressLine entry={first} />
          <Paragraph>{`${words.action} ${due(first)}`}</Paragraph>
        </>
      ) : (
        <EntryList
          entries={items.slice(0, MOST_LISTED).map((item) => ({ ...item, note: due(item) }))}
          total={totalOf(props.values)}
          context={context}
        />
      )}
      {items.some((item) => item.inherited) ? <Paragraph>{words.inherited(items.length)}</Paragraph> : null}
      <Paragraph>{words.text}</Paragraph>
      <ActionLink href={items.length === 1 ? entryUrl(context, first) : renewalsUrl(context)}>
        {words.action}
      </ActionLink>
    </>
  );
}

export const renew: MailTemplate<'renew'> = {
  subject: (props) => {
    const [first] = itemsOf(props);
    const day = dayText(first.reviewBy, props.context.reader.timeZone);
    return words.subject(first.network, totalOf(props.values), day);
  },
  preview: () => words.preview,
  status: (props) => ({ tone: 'waiting', word: words.status(itemsOf(props)[0].days) }),
  title: ({ values }) => words.title(totalOf(values)),
  Body: Renew,
};
