'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { classNames } from '../ui/class-names.ts';
import { LinkPending } from '../ui/link-pending.tsx';
import { currentHref, type NavItem, type NavSection } from './navigation.ts';

const itemClass =
  'flex min-h-[2.125rem] items-center justify-between gap-3 rounded-control border px-2 py-1 pointer-coarse:min-h-11';

function NavEntry({ item, current }: { item: NavItem; current: boolean }) {
  return (
    <li>
      <Link
        href={item.href}
        aria-current={current ? 'page' : undefined}
        className={classNames(
          itemClass,
          current
            ? 'border-line bg-sunken font-semibold text-ink'
            : 'border-transparent text-second forced-colors:border-[Canvas] transition-colors hover:bg-sunken hover:text-ink',
        )}
      >
        <span className="wrap-anywhere min-w-0">{item.label}</span>
        {item.count ? (
          <span className="font-normal text-second text-small tabular-nums">{item.count}</span>
        ) : null}
        <LinkPending />
      </Link>
    </li>
  );
}

/** Sections of ways to go, the one that leads here marked. */
export function NavList({
  sections,
  footer = [],
}: {
  sections: readonly NavSection[];
  footer?: readonly NavItem[];
}) {
  const pathname = usePathname();
  const here = currentHref([...sections.flatMap((section) => section.items), ...footer], pathname);
  return (
    <>
      {sections.map((section) => (
        <div key={section.title} className="mb-7">
          <p className="mb-1.5 truncate px-[0.5625rem] text-second text-small">{section.title}</p>
          <ul aria-label={section.title}>
            {section.items.map((item) => (
              <NavEntry key={item.href} item={item} current={item.href === here} />
            ))}
          </ul>
        </div>
      ))}
      {footer.length > 0 ? (
        <ul className="mt-auto">
          {footer.map((item) => (
            <NavEntry key={item.href} item={item} current={item.href === here} />
          ))}
        </ul>
      ) : null}
    </>
  );
}
