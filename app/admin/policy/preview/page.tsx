import { Suspense } from 'react';
import { DifferencesTable } from '../../../../components/policy/differences-table.tsx';
import { SavePolicyForm } from '../../../../components/policy/save-policy-form.tsx';
import { VersionLine } from '../../../../components/policy/version-line.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { Notice } from '../../../../components/ui/notice.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { Skeleton } from '../../../../components/ui/skeleton.tsx';
import { currentPolicy, policyAt, policyVersions } from '../../../../db/queries/policy.ts';
import { policyDifferences } from '../../../../lib/domain/policy-difference.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { policyRefusalText } from '../../../../lib/web/messages/policy.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { checkDraft } from '../../../../lib/web/policy-draft.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { savePolicyAction } from '../actions.ts';
import { PreviewedEntries } from './previewed-entries.tsx';

const words = messages.policy.preview;
const MOST_MEANWHILE = 10;

export const generateMetadata = staffTitle(words.title, 'change_policy');

type Props = { searchParams: Promise<{ draft?: string; version?: string }> };

/** What a change of the policy would do, before it is saved. Put over the policy as it is now, whatever was read. */
export default async function PreviewPage({ searchParams }: Props) {
  const session = await requireStaff('change_policy');
  const { draft, version } = await searchParams;
  const { database } = portal();
  const clock = clockOf(session);
  const current = await currentPolicy(database);
  const checked = checkDraft(draft, current);
  const differences = checked.ok ? policyDifferences(current, checked.policy) : [];
  const read = await policyAt(database, Number(version));
  const meanwhile =
    read === undefined ? [] : await policyVersions(database, { after: read.version, limit: MOST_MEANWHILE });
  const theirs = read === undefined ? [] : policyDifferences(read, current);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {meanwhile.map((each) => (
        <Notice key={each.version} tone="waiting" title={words.meanwhile(each.version)}>
          <VersionLine
            version={each.version}
            by={each.by}
            at={each.createdAt.getTime()}
            note={each.note}
            clock={clock}
          />
        </Notice>
      ))}
      {theirs.length > 0 ? (
        <Card id="theirs" title={messages.policy.history.whatChanged}>
          <DifferencesTable caption={messages.policy.history.whatChanged} differences={theirs} />
        </Card>
      ) : null}
      {!checked.ok || draft === undefined || differences.length === 0 ? (
        <NothingToSave refused={checked.ok ? null : checked} />
      ) : (
        <>
          <Card id="changes" title={words.what}>
            <DifferencesTable
              caption={words.what}
              differences={differences}
              marked={theirs.map((each) => each.field)}
            />
          </Card>
          <Card id="entries" title={words.entries}>
            <Suspense key={`${draft} ${current.version}`} fallback={<Looking />}>
              <PreviewedEntries session={session} changes={checked.changes} now={clock.now} />
            </Suspense>
          </Card>
          <SavePolicyForm
            action={savePolicyAction}
            draft={draft}
            version={current.version}
            editHref={paths.adminPolicy({ draft })}
          />
        </>
      )}
    </>
  );
}

function NothingToSave({ refused }: { refused: { field: string; reason: string } | null }) {
  const { draft, nothing } = messages.policy.refusals;
  const { message, nextStep } = refused === null ? nothing : draft;
  return (
    <>
      <Notice tone="out" title={message}>
        {refused === null || refused.field === ''
          ? nextStep
          : `${policyRefusalText(refused.field, refused.reason)} ${nextStep}`}
      </Notice>
      <div>
        <ButtonLink href={paths.adminPolicy()}>{words.edit}</ButtonLink>
      </div>
    </>
  );
}

function Looking() {
  return (
    <div role="status" aria-busy="true" className="flex flex-col gap-3">
      <p className="text-second">{words.looking}</p>
      <Skeleton className="h-4 w-64" />
      <Skeleton className="h-4 w-80" />
    </div>
  );
}
