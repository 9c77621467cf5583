import type { Metadata } from 'next';
import { MailChoicesForm } from '../../../../components/account/mail-choices-form.tsx';
import { TimeZoneForm } from '../../../../components/account/time-zone-form.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { listMailChoices } from '../../../../db/queries/mail-choices.ts';
import { knownZone, zoneChoices } from '../../../../lib/domain/local-time.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { setMailChoicesAction, setTimeZoneAction } from './actions.ts';

const words = messages.notifications;

export const metadata: Metadata = { title: words.title };

/** Which mail the person gets, when, and by which clock. */
export default async function NotificationsPage() {
  const { viewer, person } = await requireViewer();
  const groups = await listMailChoices(portal().database, viewer);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(person.email)} />
      {groups.length === 0 ? null : (
        <Card id="mail" title={words.what}>
          <p className="mb-4 max-w-[32rem] text-second">{words.always}</p>
          <MailChoicesForm action={setMailChoicesAction} groups={groups} />
        </Card>
      )}
      <Card id="time-zone" title={words.timeZone.title}>
        <TimeZoneForm
          action={setTimeZoneAction}
          timeZone={knownZone(person.timeZone)}
          zones={zoneChoices(person.timeZone)}
        />
      </Card>
    </>
  );
}
