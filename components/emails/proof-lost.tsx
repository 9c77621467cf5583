import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { ProofBox } from './parts/proof-box.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.proofLost;

export function ProofLost(props: MailProps<'proof_lost'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <Paragraph>{words.text}</Paragraph>
      <Paragraph>{values.live ? words.live : words.request}</Paragraph>
      <ProofBox entry={entry} context={context} />
      <ActionLink href={entryUrl(context, entry)}>
        {values.live ? common.open : common.openRequest}
      </ActionLink>
    </>
  );
}

export const proofLost: MailTemplate<'proof_lost'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: () => words.preview,
  status: () => ({ tone: 'waiting', word: words.status }),
  title: () => words.title,
  Body: ProofLost,
};
