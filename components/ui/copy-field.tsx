'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { classNames } from './class-names.ts';

export type CopyFieldProps = {
  value: string;
  /** What is copied, for the button's name: "Copy the proof address". */
  copyLabel: string;
  copiedLabel: string;
  className?: string;
};

const confirmedMs = 2000;

/** A value to take along, with the button that takes it. Can be selected by hand where copying is blocked. */
export function CopyField({ value, copyLabel, copiedLabel, className }: CopyFieldProps) {
  const [copied, setCopied] = useState(false);
  const text = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), confirmedMs);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Blocked by the browser, or no secure origin: leave it selected, so that the keys copy it.
      const selection = window.getSelection();
      if (selection && text.current) selection.selectAllChildren(text.current);
    }
  }

  return (
    <div
      className={classNames(
        'inline-flex max-w-full items-stretch overflow-hidden rounded-control border border-line-strong bg-surface',
        className,
      )}
    >
      <code
        ref={text}
        className="min-w-0 flex-1 select-all px-3 py-2 font-mono text-lead [overflow-wrap:anywhere]"
      >
        {value}
      </code>
      <button
        type="button"
        onClick={copy}
        aria-label={copied ? copiedLabel : copyLabel}
        title={copied ? copiedLabel : copyLabel}
        className="grid w-10 shrink-0 place-items-center border-line border-l text-second transition-colors hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2 print:hidden pointer-coarse:w-11"
      >
        {copied ? (
          <Check aria-hidden className="size-4 text-in-force" />
        ) : (
          <Copy aria-hidden className="size-4" />
        )}
      </button>
      <span role="status" className="sr-only">
        {copied ? copiedLabel : ''}
      </span>
    </div>
  );
}
