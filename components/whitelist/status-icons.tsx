import type { ReactNode } from 'react';

export type StatusIcon = 'open' | 'closed' | 'due' | 'eye';

const arch = 'M2.75 14.25V8a5.25 5.25 0 0 1 10.5 0v6.25';

const drawings = {
  // The gate, open, with a tick.
  open: (
    <>
      <path d={arch} />
      <path d="m5.6 9.6 1.8 1.8 3.1-3.4" />
    </>
  ),
  // The gate, crossed.
  closed: (
    <>
      <path d={arch} />
      <path d="m6.25 8.1 3.5 3.5m0-3.5-3.5 3.5" />
    </>
  ),
  // Something is still to come.
  due: <circle cx="8" cy="8" r="6.25" strokeDasharray="2.35 2.56" />,
  eye: (
    <>
      <path d="M1.25 8S3.6 3.6 8 3.6 14.75 8 14.75 8 12.4 12.4 8 12.4 1.25 8 1.25 8Z" />
      <circle cx="8" cy="8" r="1.9" fill="currentColor" stroke="none" />
    </>
  ),
} as const satisfies Record<StatusIcon, ReactNode>;

/** The drawing beside a status word; the word says it, so the drawing is silent. */
export function StatusDrawing({ icon, className }: { icon: StatusIcon; className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
    >
      {drawings[icon]}
    </svg>
  );
}
