import type { ReactNode } from 'react';

/** Nothing here yet: says what the first step is. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-card border border-line bg-surface px-6 py-8">
      {icon}
      <EmptyWords title={title}>{children}</EmptyWords>
      {action}
    </div>
  );
}

/** The same without a card of its own, for within a table. */
export function EmptyWords({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="max-w-[38rem]">
      <h2 className="font-semibold">{title}</h2>
      {children ? <div className="mt-1 text-second">{children}</div> : null}
    </div>
  );
}
