import type { Metadata } from 'next';
import { networkText } from '../components/whitelist/entry-view.ts';
import { findEntry } from '../db/queries/entries.ts';
import type { Viewer } from '../lib/domain/permissions.ts';
import { portal } from '../lib/web/portal.ts';
import { currentViewer } from '../lib/web/session.ts';

/**
 * The title of the page of one entry, so that several that stand open beside each other are told apart. Where the viewer
 * sees no such entry it is that of every other.
 * @param seenAs what the viewer is on that page
 */
export async function entryTitle(
  id: string,
  section: string,
  seenAs: (viewer: Viewer) => Viewer = (viewer) => viewer,
): Promise<Metadata> {
  const session = await currentViewer();
  const found = session === null ? undefined : await findEntry(portal().database, seenAs(session.viewer), id);
  return { title: found === undefined ? section : `${networkText(found.entry.network)} · ${section}` };
}
