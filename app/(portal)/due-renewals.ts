import type { ListPage } from '../../db/queries/page-cursor.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import {
  type DueRenewal,
  type DueTimes,
  listDueRenewals,
  pageOfDueRenewals,
} from '../../db/queries/renewals.ts';
import { addDays } from '../../lib/domain/days.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import { portal } from '../../lib/web/portal.ts';

/** From how many days before its date an entry is shown as due. */
const DUE_DAYS = 30;

/** What the viewer's accounts are to renew now: what is due soon, and what is late and can still be renewed. */
export async function dueRenewals(viewer: Viewer, now: Date): Promise<DueRenewal[]> {
  return listDueRenewals(portal().database, viewer, await dueTimes(now));
}

/** A page of that. */
export async function pageOfRenewals(
  viewer: Viewer,
  now: Date,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<DueRenewal>> {
  return pageOfDueRenewals(portal().database, viewer, await dueTimes(now), page);
}

async function dueTimes(now: Date): Promise<DueTimes> {
  const { lateRenewalDays } = await currentPolicy(portal().database);
  return { after: addDays(now, -lateRenewalDays), until: addDays(now, DUE_DAYS) };
}
