import Link from 'next/link';
import type { ReactNode } from 'react';
import { common } from '../../lib/web/messages/common.ts';
import { shell } from '../../lib/web/messages/shell.ts';
import { paths } from '../../lib/web/paths.ts';
import { BrandMark } from './brand-mark.tsx';
import { mainId, SkipLink } from './skip-link.tsx';

export type PublicShellProps = {
  children: ReactNode;
  /** One small form in the middle, and no way to sign in beside it. */
  narrow?: boolean;
};

const linkClass =
  'inline-flex min-h-9 items-center rounded-control px-2.5 text-second transition-colors hover:text-ink pointer-coarse:min-h-11';

/** The frame of the pages that need no sign-in. */
export function PublicShell({ children, narrow = false }: PublicShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-line border-b print:hidden">
        <div className="mx-auto flex h-14 w-full max-w-[68rem] items-center justify-between gap-4 px-4 lg:px-8">
          <Link href={paths.home()} className="inline-flex items-center gap-2.5 rounded-chip font-semibold">
            <BrandMark />
            {common.product}
          </Link>
          <nav aria-label={shell.navigation} className="-mr-2.5 flex">
            <Link href={paths.help()} className={linkClass}>
              {shell.help}
            </Link>
            <Link href={paths.terms()} className={linkClass}>
              {shell.terms}
            </Link>
            {narrow ? null : (
              <Link href={paths.signIn()} className={linkClass}>
                {shell.signIn}
              </Link>
            )}
          </nav>
        </div>
      </header>
      <main
        id={mainId}
        tabIndex={-1}
        className={`mx-auto flex w-full grow flex-col px-4 outline-none ${
          narrow ? 'max-w-[26rem] justify-center py-10 pb-24' : 'max-w-[68rem] gap-6 py-8 lg:px-8 lg:py-10'
        }`}
      >
        {children}
      </main>
    </div>
  );
}
