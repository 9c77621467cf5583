import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { networkText } from '../components/whitelist/entry-view.ts';
import { findEntry } from '../db/queries/entries.ts';
import type { Viewer } from '../lib/domain/permissions.ts';
import { portal } from '../lib/web/portal.ts';
import { currentViewer } from '../lib/web/session.ts';

/**
 * The title of the page of one entry, so that several that stand open beside each other are told apart. Where the viewer
 * sees no such entry it is that of a page that is nowhere.
 * @param seenAs what the viewer is on that page
 */
export async function entryTitle(
  id: string,
  section: string,
  seenAs: (viewer: Viewer) => Viewer | null = (viewer) => (viewer.staffRole === null ? null : viewer),
): Promise<Metadata> {
  const session = await currentViewer();
  // The page leads whoever is not signed in to where they sign in.
  if (session === null) return { title: section };
  const reader = seenAs(session.viewer);
  const found = reader === null ? undefined : await findEntry(portal().database, reader, id);
  if (found === undefined) notFound();
  return { title: `${networkText(found.entry.network)} · ${section}` };
}
