import Link from 'next/link';
import type { ReactNode } from 'react';
import { common } from '../../lib/web/messages/common.ts';
import { shell } from '../../lib/web/messages/shell.ts';
import { BrandMark } from './brand-mark.tsx';
import { MobileMenu } from './mobile-menu.tsx';
import { NavList } from './nav-list.tsx';
import type { NavItem, NavSection } from './navigation.ts';
import { PersonMenu, type PersonView } from './person-menu.tsx';
import { mainId, SkipLink } from './skip-link.tsx';

export type PortalShellProps = {
  homeHref: string;
  sections: readonly NavSection[];
  /** At the foot of the side bar. */
  footer?: readonly NavItem[];
  person: PersonView;
  signOut: () => Promise<void>;
  children: ReactNode;
};

/** The frame of every signed-in page: side bar on a wide screen, top bar with a menu on a narrow one. */
export function PortalShell({ homeHref, sections, footer, person, signOut, children }: PortalShellProps) {
  const personMenu = <PersonMenu person={person} signOut={signOut} />;
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)] print:block">
      <SkipLink />
      <header className="sticky top-0 z-30 flex h-14 items-center justify-between border-line border-b bg-page pr-1 pl-4 lg:hidden print:hidden">
        <Brand href={homeHref} />
        <MobileMenu label={shell.menu}>
          <nav aria-label={shell.navigation} className="flex flex-col">
            <NavList sections={sections} footer={footer} />
          </nav>
          {personMenu}
        </MobileMenu>
      </header>
      <header className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-line border-r p-3 pt-[1.125rem] lg:flex print:hidden">
        <div className="mb-5 px-2">
          <Brand href={homeHref} />
        </div>
        <nav aria-label={shell.navigation} className="flex grow flex-col">
          <NavList sections={sections} footer={footer} />
        </nav>
        {personMenu}
      </header>
      <main
        id={mainId}
        tabIndex={-1}
        className="flex w-full max-w-[73.75rem] flex-col gap-5 px-4 py-6 outline-none lg:px-10 lg:pt-7 lg:pb-16 print:max-w-none print:p-0"
      >
        {children}
      </main>
    </div>
  );
}

function Brand({ href }: { href: string }) {
  return (
    <Link href={href} className="inline-flex items-center gap-2.5 rounded-chip font-semibold">
      <BrandMark />
      {common.product}
    </Link>
  );
}
