import { entryUrl } from './mail-links.ts';
import { entryOf, type MailProps, type MailTemplate } from './mail-template.ts';
import { dayText } from './mail-time.ts';
import { ActionLink } from './parts/action-link.tsx';
import { AddressLine } from './parts/address-line.tsx';
import { DeviceSettings } from './parts/device-settings.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { Quote } from './parts/quote.tsx';
import { common } from './words/common.ts';
import { requests } from './words/requests.ts';

const words = requests.approved;

export function Approved(props: MailProps<'approved'>) {
  const { values, context } = props;
  const entry = entryOf(props);
  return (
    <>
      <AddressLine entry={entry} />
      <DeviceSettings scope={values.scope} context={context} />
      {values.reason.trim() !== '' && (
        <>
          <Paragraph quiet>{common.supportSays}</Paragraph>
          <Quote>{values.reason}</Quote>
        </>
      )}
      {values.reviewBy !== null && (
        <Paragraph>{words.reviewBy(dayText(values.reviewBy, context.reader.timeZone))}</Paragraph>
      )}
      <Paragraph>{words.responsible}</Paragraph>
      <ActionLink href={entryUrl(context, entry)}>{common.open}</ActionLink>
    </>
  );
}

export const approved: MailTemplate<'approved'> = {
  subject: (props) => words.subject(entryOf(props).network),
  preview: () => words.preview,
  status: () => ({ tone: 'force', word: words.status }),
  title: () => words.title,
  Body: Approved,
};
