import { mailKinds } from '../../lib/domain/mail-kinds.ts';
import { type DigestItem, type MailValues, totalOf } from '../../lib/domain/mail-values.ts';
import { entryUrl, mailPaths, renewalsUrl } from './mail-links.ts';
import type { MailProps, MailTemplate, RenderContext } from './mail-template.ts';
import { momentText } from './mail-time.ts';
import { concernedUrl } from './parts/force-subject.tsx';
import { LinkList } from './parts/link-list.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { staff } from './words/staff.ts';

const words = staff.digest;
const MOST_LISTED = 50;

/** Where each is read, and what it asks for done. */
function urlOf({ kind, content }: DigestItem, context: RenderContext): string | null {
  if (kind === 'renew') return renewalsUrl(context);
  if (kind === 'queue_digest') return `${context.portalUrl}${mailPaths.adminRequests()}`;
  if (content.entry === null) {
    const { listed } = content.values as Partial<MailValues['back_in_force']>;
    return listed == null
      ? null
      : concernedUrl(context, { entry: null, listed }, (entry) => entryUrl(context, entry));
  }
  const forStaff = kind !== 'digest' && mailKinds[kind].audience === 'staff';
  return forStaff
    ? `${context.portalUrl}${mailPaths.adminRequest(content.entry.id)}`
    : entryUrl(context, content.entry);
}

/** Says of each thing what its own mail would have had as subject. */
export function Digest({ values, context }: MailProps<'digest'>) {
  return (
    <>
      <LinkList
        items={values.items.slice(0, MOST_LISTED).map((item) => ({
          key: `${item.kind} ${item.at} ${item.content.entry?.id}`,
          href: urlOf(item, context),
          text: context.subjectOf(item),
          note: momentText(item.at, context.reader.timeZone),
        }))}
        more={totalOf(values) - MOST_LISTED}
      />
      <Paragraph quiet>{words.text}</Paragraph>
    </>
  );
}

export const digest: MailTemplate<'digest'> = {
  subject: ({ account, values }) => words.subject(account?.name ?? null, totalOf(values)),
  preview: ({ values, context }) => {
    const [first] = values.items;
    return first === undefined ? '' : words.preview(context.subjectOf(first));
  },
  status: () => ({ tone: 'plain', word: words.status }),
  title: ({ values }) => words.title(totalOf(values)),
  Body: Digest,
};
