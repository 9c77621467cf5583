import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import type { Tone } from './tone.ts';

const bars = {
  neutral: 'border-line-strong',
  'in-force': 'border-in-force',
  waiting: 'border-waiting',
  'in-review': 'border-in-review',
  out: 'border-out',
} as const satisfies Record<Tone, string>;

export type NoticeProps = {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
  /** `status` announces what a form did, `alert` what it refused. */
  role?: 'status' | 'alert' | 'note';
  className?: string;
};

/** Something to know before reading on: a bar at its side, no box. */
export function Notice({ tone = 'neutral', title, children, role, className }: NoticeProps) {
  return (
    <div role={role} className={classNames('border-l-[3px] py-0.5 pl-3.5', bars[tone], className)}>
      {title ? <p className="font-semibold">{title}</p> : null}
      {children ? <div className="max-w-[60rem] text-second">{children}</div> : null}
    </div>
  );
}
