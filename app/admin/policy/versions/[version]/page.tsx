import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DifferencesTable } from '../../../../../components/policy/differences-table.tsx';
import { PolicyTabs } from '../../../../../components/policy/policy-tabs.tsx';
import { VersionLine } from '../../../../../components/policy/version-line.tsx';
import { Card } from '../../../../../components/ui/card.tsx';
import { DescriptionList } from '../../../../../components/ui/description-list.tsx';
import { PageHeader } from '../../../../../components/ui/page-header.tsx';
import { policyAt, policyVersion } from '../../../../../db/queries/policy.ts';
import { policyDifferences, policyFields } from '../../../../../lib/domain/policy-difference.ts';
import { clockOf } from '../../../../../lib/web/clock.ts';
import { policyFieldText, policyFieldValueText } from '../../../../../lib/web/messages/policy.ts';
import { messages } from '../../../../../lib/web/messages.ts';
import { portal } from '../../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../../lib/web/session.ts';

const words = messages.policy;

export const metadata: Metadata = { title: words.title };

/** One version of the policy: who made it and why, what it changed, and everything that held under it. */
export default async function PolicyVersionPage({ params }: { params: Promise<{ version: string }> }) {
  const session = await requireStaff('view_policy');
  const { version: text } = await params;
  const { database } = portal();
  const version = /^\d{1,9}$/.test(text) ? await policyVersion(database, Number(text)) : undefined;
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
