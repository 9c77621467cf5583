import { classNames } from './class-names.ts';
import { type Tone, toneText } from './tone.ts';

const width = 120;
const height = 24;
const inset = 2;

/** The points of the line, highest value at the top; all zero is a line along the bottom. */
function sparklinePoints(values: readonly number[]): string {
  const highest = Math.max(...values, 1);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((value, index) => {
      const y = height - inset - (value / highest) * (height - 2 * inset);
      return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

/** A trend at a glance; `label` says it in words. */
export function Sparkline({
  values,
  label,
  tone = 'in-force',
}: {
  values: readonly number[];
  label: string;
  tone?: Tone;
}) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={classNames('overflow-visible', toneText[tone])}
    >
      <polyline
        points={sparklinePoints(values)}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
