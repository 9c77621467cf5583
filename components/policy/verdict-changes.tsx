import type { Requirement, Verdict } from '../../lib/domain/evaluation.ts';
import { policy as policyWords } from '../../lib/web/messages/policy.ts';
import { Notice } from '../ui/notice.tsx';
import { RowLink } from '../ui/row-link.tsx';
import { Table } from '../ui/table.tsx';
import { type Tone, toneText } from '../ui/tone.ts';
import { Address } from '../whitelist/address.tsx';
import { requirementName } from '../whitelist/requirement-view.ts';

const words = policyWords.preview;

export type VerdictChange = {
  entryId: string;
  href: string;
  network: string;
  account: string;
  live: boolean;
  requirement: Requirement;
  from: { verdict: Verdict; reason: string };
  to: { verdict: Verdict; reason: string };
};

export type VerdictChangesProps = {
  looked: number;
  total: number;
  complete: boolean;
  changes: readonly VerdictChange[];
};

const tones = { pass: 'in-force', fail: 'out', unknown: 'waiting' } as const satisfies Record<Verdict, Tone>;

function Judged({ verdict, reason }: VerdictChange['from']) {
  return (
    <>
      <p className={toneText[tones[verdict]]}>{policyWords.verdicts[verdict]}</p>
      <p className="text-second text-small">{reason.replaceAll('_', ' ')}</p>
    </>
  );
}

/** Which entries a change of the policy would judge otherwise: how many of each kind, then one by one. */
export function VerdictChanges({ looked, total, complete, changes }: VerdictChangesProps) {
  const entries = new Set(changes.map((change) => change.entryId)).size;
  return (
    <div className="flex flex-col gap-3">
      <p>{entries === 0 ? words.none(looked) : words.count(entries, looked)}</p>
      {complete ? null : <Notice tone="waiting">{words.incomplete(looked, total)}</Notice>}
      {entries === 0 ? null : (
        <>
          <ul className="flex flex-col gap-1">
            {tallyOf(changes).map(({ text, count }) => (
              <li key={text}>
                <span className="font-medium tabular-nums">{count.toLocaleString('en')}</span> {text}
              </li>
            ))}
          </ul>
          <p className="text-second">{words.stays}</p>
          <Table
            caption={words.entries}
            top
            columns={[
              { key: 'address', heading: words.address, className: 'w-[32%]' },
              { key: 'requirement', heading: words.requirement, show: 'wide' },
              { key: 'before', heading: words.before, show: 'wide' },
              { key: 'after', heading: words.after },
            ]}
            rows={changes.map((change) => ({
              key: `${change.entryId} ${change.requirement}`,
              cells: {
                address: (
                  <>
                    <RowLink href={change.href}>
                      <Address network={change.network} className="text-mono" />
                    </RowLink>
                    <p className="text-second text-small">
                      {change.account}, {change.live ? words.live : words.open}
                    </p>
                  </>
                ),
                requirement: requirementName(change.requirement),
                before: <Judged {...change.from} />,
                after: <Judged {...change.to} />,
              },
            }))}
          />
        </>
      )}
    </div>
  );
}

function tallyOf(changes: readonly VerdictChange[]): { text: string; count: number }[] {
  const tally = new Map<string, number>();
  for (const { requirement, from, to } of changes) {
    const text = `“${requirementName(requirement)}”: ${policyWords.verdicts[from.verdict]} → ${policyWords.verdicts[to.verdict]}`;
    tally.set(text, (tally.get(text) ?? 0) + 1);
  }
  return [...tally].map(([text, count]) => ({ text, count })).sort((one, other) => other.count - one.count);
}
