import type { ReactNode } from 'react';

/**
 * Stands beside a control that is there but not allowed, and says why: to eyes on hover and on focus, to a
 * screen reader as the control's description.
 */
export function DisabledReason({
  id,
  reason,
  children,
}: {
  id: string;
  reason: string;
  children: ReactNode;
}) {
  return (
    <span className="group/reason relative inline-flex">
      {children}
      <span
        id={id}
        role="tooltip"
        className="pointer-events-none invisible absolute top-full right-0 z-20 mt-1.5 w-max max-w-64 rounded-control border border-line bg-surface px-3 py-2 text-left font-normal text-ink text-small opacity-0 shadow-float transition-opacity group-focus-within/reason:visible group-focus-within/reason:opacity-100 group-hover/reason:visible group-hover/reason:opacity-100"
      >
        {reason}
      </span>
    </span>
  );
}
