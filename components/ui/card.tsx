import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type CardProps = {
  title?: ReactNode;
  /** Beside the title, in second ink. */
  aside?: ReactNode;
  className?: string;
  id?: string;
  children: ReactNode;
};

/** One subject on one surface. */
export function Card({ title, aside, className, id, children }: CardProps) {
  const headingId = id ? `${id}-title` : undefined;
  return (
    <section
      id={id}
      aria-labelledby={title ? headingId : undefined}
      className={classNames('rounded-card border border-line bg-surface p-5', className)}
    >
      {title ? (
        <div className="mb-3 flex items-baseline justify-between gap-4">
          <h2 id={headingId} className="font-semibold">
            {title}
          </h2>
          {aside ? <div className="text-second">{aside}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  );
}
