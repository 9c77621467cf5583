import 'server-only';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { LiveSession } from '../../db/queries/sessions.ts';
import { mayAsStaff, type StaffAbility } from '../domain/permissions.ts';
import { currentViewer } from './session.ts';

// A page that is not there for somebody has the title of one that is nowhere. Next asks for the title beside the page, so
// what the page finds has to be found here as well.

/**
 * The title of a page of whoever is signed in.
 * @param isThere whether it exists for them; nobody who is not signed in is asked, the page leads them to sign in
 */
export async function titleFor(
  title: string,
  isThere: (session: LiveSession) => boolean | Promise<boolean>,
): Promise<Metadata> {
  const session = await currentViewer();
  if (session !== null && !(await isThere(session))) notFound();
  return { title };
}

/** The title of a page of staff with this ability. */
export function staffTitle(title: string, ability: StaffAbility): () => Promise<Metadata> {
  return () => titleFor(title, ({ viewer }) => mayAsStaff(viewer, ability));
}
