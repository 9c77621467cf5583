import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Card } from '../ui/card.tsx';
import { StackedBars } from '../ui/stacked-bars.tsx';

export type TrafficDay = { day: string; label: string; taken: number; refused: number };

const words = whitelist.traffic;

/** Messages of the past days, and in a sentence what the chart shows. */
export function TrafficCard({ days, note }: { days: readonly TrafficDay[]; note?: string }) {
  const taken = days.reduce((sum, day) => sum + day.taken, 0);
  const refused = days.reduce((sum, day) => sum + day.refused, 0);
  const silent = taken + refused === 0;
  return (
    <Card id="traffic" title={words.title} aside={words.period}>
      {silent ? null : (
        <StackedBars
          label={words.chart}
          bars={days.map((day) => ({
            key: day.day,
            label: day.label,
            title: words.day(day.label, day.taken, day.refused),
            parts: [
              { value: day.taken, tone: 'in-force' },
              { value: day.refused, tone: 'out' },
            ],
          }))}
        />
      )}
      <p className={silent ? 'text-second' : 'mt-3 text-second'}>
        {silent ? words.none : (note ?? words.sum(taken, refused))}
      </p>
    </Card>
  );
}
