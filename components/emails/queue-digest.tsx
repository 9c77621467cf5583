import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { countText, momentText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { FactTable } from './parts/fact-table.tsx';
import { LinkList } from './parts/link-list.tsx';
import { Subheading } from './parts/subheading.tsx';
import { staff } from './words/staff.ts';

const words = staff.queue;

export function QueueDigest({ values, context }: MailProps<'queue_digest'>) {
  const { portalUrl, reader } = context;
  return (
    <>
      <FactTable
        facts={[
          { name: words.inReview, value: countText(values.inReview) },
          { name: words.proof, value: countText(values.waitingForProof) },
          { name: words.answer, value: countText(values.waitingForAnswer) },
        ]}
      />
      <Subheading>{words.oldest}</Subheading>
      <LinkList
        items={values.oldest.map((request) => ({
          key: request.id,
          href: `${portalUrl}${mailPaths.adminRequest(request.id)}`,
          text: request.network,
          code: true,
          note: `${request.account}, ${words.since(momentText(request.since, reader.timeZone))}`,
        }))}
        more={values.inReview - values.oldest.length}
      />
      <ActionLink href={`${portalUrl}${mailPaths.adminRequests()}`}>{words.action}</ActionLink>
    </>
  );
}

export const queueDigest: MailTemplate<'queue_digest'> = {
  subject: ({ values }) => words.subject(values.inReview),
  preview: ({ values, context }) => {
    const [oldest] = values.oldest;
    return oldest === undefined ? '' : words.preview(momentText(oldest.since, context.reader.timeZone));
  },
  status: () => ({ tone: 'review', word: words.status }),
  title: ({ values }) => words.title(values.inReview),
  Body: QueueDigest,
};
