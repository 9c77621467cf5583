import { PolicyTabs } from '../../../../components/policy/policy-tabs.tsx';
import { When } from '../../../../components/time/when.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { RowLink } from '../../../../components/ui/row-link.tsx';
import { Table } from '../../../../components/ui/table.tsx';
import { policyVersions } from '../../../../db/queries/policy.ts';
import { policyDifferences } from '../../../../lib/domain/policy-difference.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';

const words = messages.policy.history;
const MOST_SHOWN = 200;

export const generateMetadata = staffTitle(messages.policy.title, 'view_policy');

export default async function PolicyHistoryPage() {
  const session = await requireStaff('view_policy');
  const clock = clockOf(session);
  const versions = await policyVersions(portal().database, { limit: MOST_SHOWN + 1 });
  return (
    <>
      <PageHeader title={messages.policy.title} lead={messages.policy.lead} />
      <PolicyTabs current="history" />
      <Table
        caption={words.caption}
        top
        columns={[
          { key: 'version', heading: words.version },
          { key: 'when', heading: words.when, show: 'wide' },
          { key: 'by', heading: words.by, show: 'wide' },
          { key: 'why', heading: words.why },
          { key: 'changes', heading: words.changes, align: 'end', show: 'wide' },
        ]}
        rows={versions.slice(0, MOST_SHOWN).map((each, index) => {
          const before = versions[index + 1];
          return {
            key: String(each.version),
            cells: {
              version: (
                <RowLink href={paths.adminPolicyVersion(each.version)} className="font-medium tabular-nums">
                  {messages.policy.version(each.version)}
                </RowLink>
              ),
              when: <When at={each.createdAt} clock={clock} as="moment" />,
              by: each.by ?? words.installation,
              why: <span className="[overflow-wrap:anywhere]">{each.note}</span>,
              changes:
                before === undefined
                  ? null
                  : words.changed(policyDifferences(before.policy, each.policy).length),
            },
          };
        })}
      />
    </>
  );
}
