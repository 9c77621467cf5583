import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DifferencesTable } from '../../../../../components/policy/differences-table.tsx';
import { PolicyTabs } from '../../../../../components/policy/policy-tabs.tsx';
import { VersionLine } from '../../../../../components/policy/version-line.tsx';
import { Card } from '../../../../../components/ui/card.tsx';
import { DescriptionList } from '../../../../../components/ui/description-list.tsx';
import { PageHeader } from '../../../../../components/ui/page-header.tsx';
import { policyAt, policyVersion } from '../../../../../db/queries/policy.ts';
import { mayAsStaff } from '../../../../../lib/domain/permissions.ts';
import { policyDifferences, policyFields } from '../../../../../lib/domain/policy-difference.ts';
import { clockOf } from '../../../../../lib/web/clock.ts';
import { policyFieldText, policyFieldValueText } from '../../../../../lib/web/messages/policy.ts';
import { messages } from '../../../../../lib/web/messages.ts';
import { titleFor } from '../../../../../lib/web/page-title.ts';
import { portal } from '../../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../../lib/web/session.ts';

const words = messages.policy;

type Props = { params: Promise<{ version: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { version } = await params;
  return titleFor(
    words.title,
    async ({ viewer }) => mayAsStaff(viewer, 'view_policy') && (await findVersion(version)) !== undefined,
  );
}

/** One version of the policy: who made it and why, what it changed, and everything that held under it. */
export default async function PolicyVersionPage({ params }: Props) {
  const session = await requireStaff('view_policy');
  const { version: text } = await params;
  const { database } = portal();
  const version = await findVersion(text);
  if (version === undefined) notFound();
  const before = await policyAt(database, version.version - 1);
  const differences = before === undefined ? [] : policyDifferences(before, version.policy);
  return (
    <>
      <PageHeader
        title={words.version(version.version)}
        lead={
          <VersionLine
            version={version.version}
            by={version.by}
            at={version.createdAt.getTime()}
            note={version.note}
            clock={clockOf(session)}
          />
        }
      />
      <PolicyTabs current="history" />
      {before === undefined ? null : (
        <Card id="changed" title={words.history.whatChanged}>
          {differences.length === 0 ? (
            <p className="text-second">{words.history.nothing}</p>
          ) : (
            <DifferencesTable caption={words.history.whatChanged} differences={differences} />
          )}
        </Card>
      )}
      <Card id="values" title={words.history.values}>
        <DescriptionList
          items={[...policyFields(version.policy)].map(([field, value]) => ({
            term: policyFieldText(field),
            value: policyFieldValueText(field, value),
          }))}
        />
      </Card>
    </>
  );
}

async function findVersion(text: string) {
  return /^\d{1,9}$/.test(text) ? policyVersion(portal().database, Number(text)) : undefined;
}
