import { classNames } from './class-names.ts';
import { type Tone, toneText } from './tone.ts';

export type StackedBar = {
  key: string;
  /** Beneath the bar. */
  label: string;
  /** From the bottom up. */
  parts: readonly { value: number; tone: Tone }[];
  /** On hover: the bar in words. */
  title: string;
};

const width = 700;
const height = 140;
const grid = [0, 1, 2] as const;
const barShare = 0.44;

/** Bars over equal slots of time. The words beneath it, not the chart, carry the meaning. */
export function StackedBars({ bars, label }: { bars: readonly StackedBar[]; label: string }) {
  const total = (bar: StackedBar) => bar.parts.reduce((sum, part) => sum + part.value, 0);
  const highest = Math.max(...bars.map(total), 1);
  const slot = width / Math.max(bars.length, 1);
  const barWidth = slot * barShare;
  return (
    <div>
      <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} className="block h-auto w-full">
        {grid.map((line) => (
          <line
            key={line}
            x1={0}
            x2={width}
            y1={0.5 + (line * height) / 3}
            y2={0.5 + (line * height) / 3}
            className="stroke-line"
          />
        ))}
        {bars.map((bar, index) => {
          let top = height;
          return (
            <g key={bar.key}>
              <title>{bar.title}</title>
              {bar.parts.map((part) => {
                if (part.value === 0) return null;
                // A few refusals among thousands still show: no part is thinner than 3.
                const partHeight = Math.max(3, (part.value / highest) * (height - 8));
                top -= partHeight;
                return (
                  <rect
                    key={part.tone}
                    x={index * slot + (slot - barWidth) / 2}
                    y={top}
                    width={barWidth}
                    height={partHeight}
                    rx={2}
                    className={classNames('fill-current', toneText[part.tone])}
                  />
                );
              })}
            </g>
          );
        })}
      </svg>
      <div aria-hidden className="mt-1.5 flex text-second text-small">
        {bars.map((bar) => (
          <span key={bar.key} className="flex min-w-0 flex-1 justify-center whitespace-nowrap">
            {bar.label}
          </span>
        ))}
      </div>
    </div>
  );
}
