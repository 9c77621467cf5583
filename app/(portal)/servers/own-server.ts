import { cache } from 'react';
import { findServer } from '../../../db/queries/entries.ts';
import type { Viewer } from '../../../lib/domain/permissions.ts';
import { portal } from '../../../lib/web/portal.ts';

/**
 * A server of the viewer's own accounts. Staff have their pages under /admin; here they see what they own. Read once for
 * title and page.
 */
export const findOwnServer = cache((viewer: Viewer, slug: string) =>
  findServer(portal().database, { ...viewer, staffRole: null }, slug),
);
