import Link from 'next/link';
import { type LadderStep, ladderSteps, type Rung } from '../../lib/domain/ladder-policy.ts';
import { ladder } from '../../lib/web/messages/ladder.ts';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';
import { StepMark } from './step-mark.tsx';

export type SimulatedRowView = {
  id: string;
  href: string;
  network: string;
  account: string;
  server: string;
  would: readonly { step: LadderStep; at: number; callPerson: boolean }[];
  did: readonly { step: Rung; at: number }[];
};

export type SimulationView = {
  looked: number;
  complete: boolean;
  /** How many entries end otherwise. */
  otherwise: number;
  /** How many entries came how far: with this policy, and in truth. */
  sums: Readonly<Record<LadderStep, { would: number; did: number }>>;
  rows: readonly SimulatedRowView[];
};

const words = ladder.simulation;
const SHOWN = 25;

/** What a ladder would have done with the last month, beside what was done. */
export function Simulation({ view, clock }: { view: SimulationView; clock: Clock }) {
  return (
    <section aria-labelledby="simulation-title" className="flex flex-col gap-3">
      <h2 id="simulation-title" className="font-semibold text-lead">
        {words.title}
      </h2>
      <p className="max-w-[44rem] text-second">{words.text}</p>
      <p>
        {words.looked(view.looked, view.complete)}{' '}
        {view.rows.length === 0 ? words.none : words.otherwise(view.otherwise)}
      </p>
      {view.rows.length === 0 ? null : (
        <>
          <div className="max-w-[36rem]">
            <Table
              caption={words.sums}
              columns={[
                { key: 'step', heading: words.step },
                { key: 'would', heading: words.would, align: 'end' },
                { key: 'did', heading: words.did, align: 'end' },
              ]}
              rows={ladderSteps
                .filter((step) => step !== 'none')
                .map((step) => ({
                  key: step,
                  cells: { step: <StepMark step={step} />, ...view.sums[step] },
                }))}
            />
          </div>
          <Table
            caption={words.caption}
            columns={[
              { key: 'address', heading: words.address, className: 'w-[34%]' },
              { key: 'would', heading: words.would },
              { key: 'did', heading: words.did },
            ]}
            rows={view.rows.slice(0, SHOWN).map((row) => ({ key: row.id, cells: cellsOf(row, clock) }))}
            top
          />
          {view.rows.length > SHOWN ? (
            <p className="text-second">{words.shown(SHOWN, view.rows.length)}</p>
          ) : null}
        </>
      )}
    </section>
  );
}

function cellsOf(row: SimulatedRowView, clock: Clock) {
  return {
    address: (
      <>
        <Link href={row.href} className="rounded-chip">
          <Address network={row.network} className="text-mono" />
        </Link>
        <p className="text-second text-small [overflow-wrap:anywhere]">
          {row.account}, {row.server}
        </p>
      </>
    ),
    would: <Steps steps={row.would} clock={clock} />,
    did: <Steps steps={row.did} clock={clock} />,
  };
}

function Steps({
  steps,
  clock,
}: {
  steps: readonly { step: LadderStep; at: number; callPerson?: boolean }[];
  clock: Clock;
}) {
  if (steps.length === 0) return <span className="text-second">{words.nothing}</span>;
  return (
    <ol className="flex flex-col gap-1">
      {steps.map(({ step, at, callPerson }) => (
        <li key={`${step} ${at}`} className="flex flex-wrap items-baseline gap-x-2">
          <StepMark step={step} />
          <span className="text-second text-small">
            <When at={at} clock={clock} as="moment" />
            {callPerson ? `, ${words.person}` : null}
          </span>
        </li>
      ))}
    </ol>
  );
}
