import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AssignForm } from '../../../../../components/abuse/assign-form.tsx';
import { whyItWaits } from '../../../../../components/abuse/report-view.ts';
import { SampleLine } from '../../../../../components/abuse/sample-line.tsx';
import { ReasonForm } from '../../../../../components/form/reason-form.tsx';
import { When } from '../../../../../components/time/when.tsx';
import { Card } from '../../../../../components/ui/card.tsx';
import { DescriptionList } from '../../../../../components/ui/description-list.tsx';
import { Disclosure } from '../../../../../components/ui/disclosure.tsx';
import { Notice } from '../../../../../components/ui/notice.tsx';
import { PageHeader } from '../../../../../components/ui/page-header.tsx';
import { Address } from '../../../../../components/whitelist/address.tsx';
import { networkText } from '../../../../../components/whitelist/entry-view.ts';
import { findReport, nameEntries, type ReportRow } from '../../../../../db/queries/abuse-desk.ts';
import type { RedactedSample } from '../../../../../lib/domain/mail-values.ts';
import { mayAsStaff } from '../../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../../lib/web/clock.ts';
import { messages } from '../../../../../lib/web/messages.ts';
import { titleFor } from '../../../../../lib/web/page-title.ts';
import { paths } from '../../../../../lib/web/paths.ts';
import { portal } from '../../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../../lib/web/session.ts';
import { reportVerb } from './actions.ts';

const words = messages.abuse.reports;
const LONGEST_RAW = 20_000;

// With the raw report: read once for title and page.
const reportOf = cache((id: string) => findReport(portal().database, id));

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  return titleFor(
    words.title,
    async ({ viewer }) => mayAsStaff(viewer, 'handle_abuse') && (await reportOf(id)) !== undefined,
  );
}

/** One report: what it says, why it waits, and what a person makes of it. */
export default async function ReportPage({ params }: Props) {
  const session = await requireStaff('handle_abuse');
  const { id } = await params;
  const { database } = portal();
  const found = await reportOf(id);
  if (found === undefined) notFound();
  const { report } = found;
  const clock = clockOf(session);
  const source = report.sourceIp === null ? null : networkText(report.sourceIp);
  const entry =
    report.entryId === null ? undefined : (await nameEntries(database, [report.entryId])).get(report.entryId);
  const sample = sampleIn(report.facts);
  const { facts } = words;
  return (
    <>
      <PageHeader
        above={<Link href={paths.adminReports()}>{words.title}</Link>}
        title={source === null ? words.noSource : <Address network={source} />}
        lead={report.state === 'for_person' ? words.reasons[whyItWaits(report)] : undefined}
      />
      {report.state === 'settled' ? (
        <Notice tone="neutral" role="note">
          {words[report.mappedBy === 'person' ? 'assigned' : 'settled'](
            found.settledBy,
            report.settledReason ?? '',
          )}
        </Notice>
      ) : null}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card>
            <DescriptionList
              items={[
                { term: facts.type, value: report.feedbackType ?? words.noType },
                { term: facts.received, value: <When at={report.receivedAt} clock={clock} as="moment" /> },
                {
                  term: facts.arrival,
                  value:
                    report.arrivalAt === null ? (
                      messages.common.notSet
                    ) : (
                      <When at={report.arrivalAt} clock={clock} as="moment" />
                    ),
                },
                {
                  term: facts.source,
                  value: source === null ? words.noSource : <Address network={source} />,
                },
                { term: facts.reporter, value: report.reporterDomain ?? words.noReporter },
                { term: facts.configured, value: report.configured ? words.yes : words.no },
                { term: facts.agent, value: report.userAgent ?? messages.common.notSet },
                { term: facts.octets, value: words.bytes(report.octets) },
                ...(entry === undefined
                  ? []
                  : [
                      {
                        term: facts.entry,
                        value: (
                          <Link href={paths.adminEntry(entry.id)} className="rounded-chip underline">
                            <Address network={networkText(entry.network)} /> {entry.account}
                          </Link>
                        ),
                      },
                    ]),
                ...(report.notMapped === null
                  ? []
                  : [{ term: words.notMapped, value: readable(report.notMapped) }]),
                ...(report.problems.length === 0
                  ? []
                  : [{ term: words.problemsTitle, value: report.problems.map(readable).join(', ') }]),
              ]}
            />
            {sample === null ? null : (
              <div className="mt-4">
                <SampleLine sample={sample} clock={clock} />
              </div>
            )}
          </Card>
          <RawReport report={report} />
        </div>
        {report.state === 'for_person' ? (
          <div className="flex min-w-0 flex-col gap-4">
            <Card id="assign" title={words.assign.title}>
              <AssignForm
                action={reportVerb.bind(null, 'assign', report.id)}
                address={source}
                grade={
                  report.feedbackType === 'fraud' || report.feedbackType === 'virus'
                    ? 'grave_complaint'
                    : 'complaint'
                }
              />
            </Card>
            <Card id="settle" title={words.settle.title}>
              <ReasonForm
                action={reportVerb.bind(null, 'settle', report.id)}
                label={words.reason}
                hint={words.settle.hint}
                button={words.settle.submit}
              />
            </Card>
          </div>
        ) : null}
      </div>
    </>
  );
}

function RawReport({ report }: { report: ReportRow }) {
  if (report.raw === null) return <p className="text-second">{words.rawGone}</p>;
  return (
    <Card>
      <Disclosure summary={words.raw} summaryClassName="rounded-chip">
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          tabIndex={0}
          className="mt-3 max-h-96 overflow-auto rounded-control border border-line bg-sunken p-3 font-mono text-small"
        >
          {report.raw.subarray(0, LONGEST_RAW).toString('utf8').replaceAll('\u0000', '\uFFFD')}
        </pre>
        {report.raw.length > LONGEST_RAW ? <p className="mt-2 text-second">{words.rawCut}</p> : null}
      </Disclosure>
    </Card>
  );
}

function readable(code: string): string {
  return code.replaceAll('_', ' ');
}

function sampleIn(facts: unknown): RedactedSample | null {
  if (typeof facts !== 'object' || facts === null || !('sample' in facts)) return null;
  return facts.sample as RedactedSample | null;
}
