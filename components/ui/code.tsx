import type { ReactNode } from 'react';

/** A value set apart from its sentence, letter by letter. */
export function Code({ children }: { children: ReactNode }) {
  return (
    <code className="inline-block max-w-full rounded-chip bg-page px-1 py-0.5 font-mono text-[0.8125rem] text-ink [overflow-wrap:anywhere]">
      {children}
    </code>
  );
}
