import { PolicyForm } from '../../../components/policy/policy-form.tsx';
import { PolicyTabs } from '../../../components/policy/policy-tabs.tsx';
import { VersionLine } from '../../../components/policy/version-line.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { currentPolicy, policyVersions } from '../../../db/queries/policy.ts';
import { mayAsStaff } from '../../../lib/domain/permissions.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { staffTitle } from '../../../lib/web/page-title.ts';
import { checkDraft } from '../../../lib/web/policy-draft.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';
import { draftPolicyAction } from './actions.ts';

const words = messages.policy;

export const generateMetadata = staffTitle(words.title, 'view_policy');

/** The policy in force; an administrator goes from here to what a change would do. */
export default async function PolicyPage({ searchParams }: { searchParams: Promise<{ draft?: string }> }) {
  const session = await requireStaff('view_policy');
  const { draft } = await searchParams;
  const { database } = portal();
  const [current, [newest]] = await Promise.all([
    currentPolicy(database),
    policyVersions(database, { limit: 1 }),
  ]);
  const may = mayAsStaff(session.viewer, 'change_policy');
  const drafted = may && draft !== undefined ? checkDraft(draft, current) : null;
  const policy = drafted?.ok ? drafted.policy : current;
  return (
    <>
      <PageHeader
        title={words.title}
        lead={
          newest === undefined ? (
            words.lead
          ) : (
            <VersionLine
              version={newest.version}
              by={newest.by}
              at={newest.createdAt.getTime()}
              note={newest.note}
              clock={clockOf(session)}
            />
          )
        }
      />
      <PolicyTabs current="values" />
      <PolicyForm
        key={`${current.version} ${draft ?? ''}`}
        action={draftPolicyAction}
        version={current.version}
        policy={policy}
        disabledReason={may ? null : words.adminsOnly}
      />
    </>
  );
}
