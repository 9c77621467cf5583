import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { ProofBox } from './parts/proof-box.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.proofMissing;

export function ProofMissing(props: MailProps<'proof_missing'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.text(dayText(values.endsAt, context.reader.timeZone))}</Paragraph>
      <ProofBox entry={entry} context={context} />
      <Paragraph quiet>{words.cannot}</Paragraph>
      <ActionLink href={entryUrl(context, entry)}>{common.openRequest}</ActionLink>
    </>
  );
}

export const proofMissing: MailTemplate<'proof_missing'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: ({ values, context }) => words.preview(dayText(values.endsAt, context.reader.timeZone)),
  status: () => ({ tone: 'waiting', word: words.status }),
  title: () => words.title,
  Body: ProofMissing,
};
