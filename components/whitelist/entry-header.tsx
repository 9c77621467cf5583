import type { ReactNode } from 'react';
import { Address } from './address.tsx';

export type EntryHeaderProps = {
  network: string;
  /** Above the address: its label, or how long it waits. What is long stands in full with its details. */
  above?: ReactNode;
  /** Beneath. */
  below?: ReactNode;
  actions?: ReactNode;
};

/** The address is the hero of its page. */
export function EntryHeader({ network, above, below, actions }: EntryHeaderProps) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="min-w-0">
        {above ? <p className="mb-1 line-clamp-3 text-second">{above}</p> : null}
        <h1 className="font-medium tracking-[-0.01em]">
          <Address network={network} className="text-address max-sm:text-title" />
        </h1>
        {below ? <p className="mt-1 line-clamp-3 max-w-[44rem] text-second">{below}</p> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </header>
  );
}
