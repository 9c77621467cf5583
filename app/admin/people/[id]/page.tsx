import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { ConfirmAction } from '../../../../components/form/confirm-action.tsx';
import { DownloadButton } from '../../../../components/form/download-button.tsx';
import { When } from '../../../../components/time/when.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { DescriptionList } from '../../../../components/ui/description-list.tsx';
import { Notice } from '../../../../components/ui/notice.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { findPersonPage } from '../../../../db/queries/person-page.ts';
import { mayAsStaff } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { titleFor } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { eraseAction } from './actions.ts';

const words = messages.staffPerson;

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  return titleFor(
    words.title,
    async ({ viewer }) =>
      mayAsStaff(viewer, 'erase_people') && (await findPersonPage(portal().database, id)) !== undefined,
  );
}

/** One person: what is kept about them, to hand out and to forget. For admins. */
export default async function PersonPage({ params }: Props) {
  const session = await requireStaff('erase_people');
  const { id } = await params;
  const person = await findPersonPage(portal().database, id);
  if (person === undefined) notFound();
  const clock = clockOf(session);
  const name = person.name ?? person.email ?? words.erasedName;
  return (
    <>
      <PageHeader title={name} above={words.title} lead={words.lead} />
      {person.erasedAt === null ? null : (
        <Notice tone="neutral" role="note">
          {words.erase.already} <When at={person.erasedAt} clock={clock} />
        </Notice>
      )}
      <Card>
        <DescriptionList
          items={[
            { term: words.facts.email, value: person.email ?? words.nowhere },
            { term: words.facts.name, value: person.name ?? words.nowhere },
            { term: words.facts.since, value: <When at={person.createdAt} clock={clock} as="date" /> },
            {
              term: words.facts.staff,
              value: person.staffRole === null ? words.nowhere : messages.shell.roles[person.staffRole],
            },
            {
              term: words.facts.accounts,
              value:
                person.belongs.length === 0
                  ? words.nowhere
                  : person.belongs.map((one) => (
                      <p key={one.id}>
                        <Link href={paths.adminAccount(one.slug)} className="rounded-chip underline">
                          {words.belongs(messages.shell.roles[one.role], one.account, one.endedAt !== null)}
                        </Link>
                      </p>
                    )),
            },
          ]}
        />
      </Card>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card id="export" title={words.export.title}>
          <p className="mb-3 text-second">{words.export.text}</p>
          <DownloadButton action={paths.adminPersonData(id)} label={words.export.submit} />
        </Card>
        <Card id="erase" title={words.erase.title}>
          <p className="mb-3 text-second">{words.erase.text}</p>
          <ConfirmAction
            action={eraseAction.bind(null, id)}
            label={words.erase.submit}
            title={words.erase.confirmTitle(name)}
            text={words.erase.confirmText}
            reasonLabel={words.erase.reason}
            reasonRequired
            disabledReason={
              person.erasedAt !== null
                ? words.erase.already
                : id === session.viewer.personId
                  ? `${words.erase.yourself.message} ${words.erase.yourself.nextStep}`
                  : null
            }
          />
        </Card>
      </div>
    </>
  );
}
