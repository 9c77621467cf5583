import { accountOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { FactTable } from './parts/fact-table.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { access } from './words/access.ts';

const words = access.ownerAdded;

export function OwnerAdded({ values }: MailProps<'owner_added'>) {
  const person = values.name === null ? values.email : `${values.name}, ${values.email}`;
  return (
    <>
      <FactTable
        facts={[
          { name: words.person, value: person },
          { name: words.by, value: values.by ?? words.platform },
        ]}
      />
      <Paragraph>{words.text}</Paragraph>
      <Paragraph>{words.notYou}</Paragraph>
    </>
  );
}

export const ownerAdded: MailTemplate<'owner_added'> = {
  subject: (props) => words.subject(props.values.email, accountOf(props).name),
  preview: () => words.preview,
  status: () => ({ tone: 'review', word: words.status }),
  title: (props) => words.title(accountOf(props).name),
  Body: OwnerAdded,
};
