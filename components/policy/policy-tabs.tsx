import Link from 'next/link';
import { policy as words } from '../../lib/web/messages/policy.ts';
import { paths } from '../../lib/web/paths.ts';

const tabs = [
  ['values', paths.adminPolicy()],
  ['blocked', paths.adminBlocked()],
  ['history', paths.adminPolicyHistory()],
] as const;

/** The three pages of the policy. */
export function PolicyTabs({ current }: { current: (typeof tabs)[number][0] }) {
  return (
    <nav aria-label={words.tabsLabel} className="flex flex-wrap gap-x-5 gap-y-2">
      {tabs.map(([tab, href]) => (
        <Link
          key={tab}
          href={href}
          aria-current={tab === current ? 'page' : undefined}
          className={
            tab === current
              ? 'rounded-chip font-medium underline decoration-2 decoration-in-force underline-offset-8'
              : 'rounded-chip text-second hover:text-ink'
          }
        >
          {words.tabs[tab]}
        </Link>
      ))}
    </nav>
  );
}
