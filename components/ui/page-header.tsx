import type { ReactNode } from 'react';

export type PageHeaderProps = {
  title: ReactNode;
  /** One sentence beneath the title. */
  lead?: ReactNode;
  /** One line above the title: where this is, or how long it waits. */
  above?: ReactNode;
  actions?: ReactNode;
};

export function PageHeader({ title, lead, above, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="min-w-0">
        {above ? <p className="mb-1 text-second">{above}</p> : null}
        <h1 className="font-semibold text-title tracking-[-0.015em]">{title}</h1>
        {lead ? <p className="mt-1 max-w-[44rem] text-second">{lead}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </header>
  );
}
