import type { ServerFeed } from './put-server.ts';

/**
 * What a feed says, field by field; what it does not name stays as it was. As JSON, for it may be held for days: dates
 * are text.
 */
export type FeedWords = Record<string, unknown>;

export function wordsOf(feed: object): FeedWords {
  return JSON.parse(JSON.stringify(feed)) as FeedWords;
}

/** Both, one after the other: what is newer counts where both say something. */
export function mergeWords(older: FeedWords, newer: FeedWords): FeedWords {
  const merged = { ...older };
  for (const [field, word] of Object.entries(newer)) {
    const before = older[field];
    merged[field] = isParts(word) && isParts(before) ? mergeWords(before, word) : word;
  }
  return merged;
}

/** What of the older is still to be said once the newer is done. */
export function wordsLeft(older: FeedWords, newer: FeedWords): FeedWords {
  const left: FeedWords = {};
  for (const [field, word] of Object.entries(older)) {
    const after = newer[field];
    if (after === undefined) left[field] = word;
    else if (isParts(word) && isParts(after)) {
      const parts = wordsLeft(word, after);
      if (Object.keys(parts).length > 0) left[field] = parts;
    }
  }
  return left;
}

/** The feed of a server as it was taken. */
export function serverFeedOf(words: FeedWords): Omit<ServerFeed, 'slug'> {
  const { subscription, ...rest } = words as Omit<ServerFeed, 'slug'>;
  if (subscription === undefined) return rest;
  const { paidUntil, ...other } = subscription;
  return {
    ...rest,
    subscription:
      paidUntil === undefined
        ? other
        : { ...other, paidUntil: paidUntil === null ? null : new Date(paidUntil) },
  };
}

function isParts(word: unknown): word is FeedWords {
  return typeof word === 'object' && word !== null && !Array.isArray(word);
}
