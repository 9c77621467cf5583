import { findServer } from '../../../db/queries/entries.ts';
import type { Viewer } from '../../../lib/domain/permissions.ts';
import { portal } from '../../../lib/web/portal.ts';

/** A server of the viewer's own accounts. Staff have their pages under /admin; here they see what they own. */
export function findOwnServer(viewer: Viewer, slug: string) {
  return findServer(portal().database, { ...viewer, staffRole: null }, slug);
}
