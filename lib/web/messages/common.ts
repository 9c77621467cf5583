/** More names than these are no reading matter within a sentence. */
const MOST_NAMES = 10;

const moreNames = (count: number) => `and ${count} more`;

export const common = {
  moreNames,
  /** Names in a sentence, the first of them where there are many. */
  names: (list: readonly string[]) =>
    list.length <= MOST_NAMES + 1
      ? list.join(', ')
      : `${list.slice(0, MOST_NAMES).join(', ')} ${moreNames(list.length - MOST_NAMES)}`,
  product: 'Postern',
  copied: 'Copied',
  optional: 'Optional',
  cancel: 'Leave it as it is',
  close: 'Close',
  never: 'Never',
  none: 'None',
  notSet: 'Not set',
  closed: 'Closed',
  anyone: 'Anyone',
  sending: 'One moment',
  firstPage: 'First page',
  nextPage: 'Next page',
  pages: 'Pages',
  pagesOf: (list: string) => `Pages of ${list}`,
  pageEmpty: 'Nothing follows here any more.',
  reference: (reference: string) => `Reference ${reference}`,
};
