/** Joins the class lists that are present. */
export function classNames(...lists: ReadonlyArray<string | false | null | undefined>): string {
  return lists.filter(Boolean).join(' ');
}
