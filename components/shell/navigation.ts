export type NavItem = {
  href: string;
  label: string;
  /** How many wait or are there; nothing where it is 0. */
  count?: number;
  /** Current at everything beneath this, not only beneath where it leads. */
  beneath?: string;
};

export type NavSection = { title: string; items: readonly NavItem[] };

/** The item whose path is, or is the closest above, the current one. */
export function currentHref(items: readonly NavItem[], pathname: string): string | null {
  const fitting = items.filter(
    (item) => pathname === item.href || pathname.startsWith(`${item.beneath ?? item.href}/`),
  );
  return fitting.sort((one, other) => other.href.length - one.href.length)[0]?.href ?? null;
}
