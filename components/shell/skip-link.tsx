import { shell } from '../../lib/web/messages/shell.ts';

export const mainId = 'main';

/** The first thing a keyboard reaches. */
export function SkipLink() {
  return (
    <a
      href={`#${mainId}`}
      className="sr-only rounded-control border border-line bg-surface px-4 py-2 font-medium focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:px-4 focus:py-2"
    >
      {shell.skip}
    </a>
  );
}
