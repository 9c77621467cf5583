import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { DownloadButton } from '../form/download-button.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { StackedBars } from '../ui/stacked-bars.tsx';
import { Table } from '../ui/table.tsx';
import type { TrafficView } from './traffic-view.ts';

const words = whitelist.traffic;

/** Messages of the past days: a chart, in a sentence what it shows, the same as a table, and a file of it. */
export function TrafficCard({ view }: { view: TrafficView }) {
  const { days, taken, putOff, refused } = view;
  const silent = taken + putOff + refused === 0;
  return (
    <Card id="traffic" title={words.title} aside={<Periods view={view} />}>
      {silent ? null : (
        <StackedBars
          label={words.chart(days.length)}
          bars={days.map((day) => ({
            key: day.day,
            label: day.label,
            title: words.day(day.date, day.taken, day.putOff, day.refused),
            parts: [
              { value: day.taken, tone: 'in-force' },
              { value: day.putOff, tone: 'waiting' },
              { value: day.refused, tone: 'out' },
            ],
          }))}
        />
      )}
      <p className={silent ? 'text-second' : 'mt-3 text-second'}>
        {silent ? words.none(days.length) : words.sum(taken, putOff, refused)}
      </p>
      {silent ? null : (
        <div className="mt-3 flex flex-col gap-3">
          <Disclosure summary={words.asTable} summaryClassName="text-second" className="[&>div]:mt-2">
            <Table
              caption={words.chart(days.length)}
              columns={[
                { key: 'day', heading: words.columns.day },
                { key: 'taken', heading: words.columns.taken, align: 'end' },
                { key: 'putOff', heading: words.columns.putOff, align: 'end' },
                { key: 'refused', heading: words.columns.refused, align: 'end' },
              ]}
              rows={[...days].reverse().map((day) => ({
                key: day.day,
                cells: {
                  day: day.date,
                  taken: day.taken.toLocaleString('en'),
                  putOff: day.putOff.toLocaleString('en'),
                  refused: day.refused.toLocaleString('en'),
                },
              }))}
            />
          </Disclosure>
          <div className="flex flex-wrap gap-2">
            <DownloadButton action={view.dailyFile} label={words.download.day} />
            <DownloadButton action={view.hourlyFile} label={words.download.hour} />
          </div>
        </div>
      )}
    </Card>
  );
}

function Periods({ view }: { view: TrafficView }) {
  return (
    <nav aria-label={words.periods} className="flex gap-1">
      {view.periods.map((period) => (
        <a
          key={period.days}
          href={period.href}
          aria-current={period.current ? 'true' : undefined}
          className={classNames(
            'rounded-chip px-2 py-0.5',
            period.current ? 'bg-sunken font-medium text-ink' : 'hover:bg-sunken',
          )}
        >
          {words.period(period.days)}
        </a>
      ))}
    </nav>
  );
}
