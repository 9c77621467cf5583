import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/**
 * The same name and password, asked for again while they are being looked at, are looked at once: after a node has started,
 * all devices of an office sign in with one credential in the same moment.
 */
export type SharedLooks<Value> = {
  /** @returns what is found by the look under way, or by the one that this begins */
  readonly join: (
    known: boolean,
    name: string,
    password: string,
    begin: () => Promise<Value>,
  ) => Promise<Value>;
};

export function newSharedLooks<Value>(): SharedLooks<Value> {
  // As in the cache of what was right: nothing in the heap is of use to anybody.
  const key = createSecretKey(randomBytes(32));
  const underWay = new Map<string, Promise<Value>>();
  return {
    join: (known, name, password, begin) => {
      // Who is known does not wait behind strangers, whatever they have guessed.
      const what = `${known} ${name.length}:${name}${password}`;
      const digest = createHmac('sha256', key).update(what).digest('base64url');
      const other = underWay.get(digest);
      if (other !== undefined) return other;
      const look = begin().finally(() => underWay.delete(digest));
      underWay.set(digest, look);
      return look;
    },
  };
}
