import { currentPolicy } from '../../db/queries/policy.ts';
import { type DueRenewal, listDueRenewals } from '../../db/queries/renewals.ts';
import { addDays } from '../../lib/domain/days.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import { portal } from '../../lib/web/portal.ts';

/** From how many days before its date an entry is shown as due. */
const DUE_DAYS = 30;

/** What the viewer's accounts are to renew now: what is due soon, and what is late and can still be renewed. */
export async function dueRenewals(viewer: Viewer, now: Date): Promise<DueRenewal[]> {
  const { database } = portal();
  const { lateRenewalDays } = await currentPolicy(database);
  return listDueRenewals(database, viewer, {
    after: addDays(now, -lateRenewalDays),
    until: addDays(now, DUE_DAYS),
  });
}
