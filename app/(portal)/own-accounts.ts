import { cache } from 'react';
import { listOwnAccounts } from '../../db/queries/accounts.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import { portal } from '../../lib/web/portal.ts';

/** The accounts that the viewer belongs to: read once for side bar and page, as counting many entries takes its time. */
export const ownAccounts = cache((viewer: Viewer) => listOwnAccounts(portal().database, viewer));
