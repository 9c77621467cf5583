import type { Database } from '../../../db/client.ts';
import { findAccount } from '../../../db/queries/account-page.ts';
import { findEntry, findServer } from '../../../db/queries/entries.ts';
import type { Viewer } from '../../domain/permissions.ts';

type Look = (database: Database, viewer: Viewer, key: string) => Promise<object | undefined>;

// Everything about the account itself is for a platform token, which knows them all.
const looks = {
  entry: findEntry,
  server: findServer,
  account: (database, _viewer, slug) => findAccount(database, slug),
} as const satisfies Record<string, Look>;

/** What the first parameter of a path names. */
export type Subject = keyof typeof looks;

/**
 * Whether it is there for the viewer, so that nothing else of the request is judged where it is not. What the viewer
 * may do with it is for the operation, which looks again.
 */
export async function isThere(
  subject: Subject,
  key: string,
  { database, viewer }: { database: Database; viewer: Viewer },
): Promise<boolean> {
  return (await looks[subject](database, viewer, key)) !== undefined;
}
