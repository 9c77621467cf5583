import { abuse } from './messages/abuse.ts';
import { account } from './messages/account.ts';
import { actions } from './messages/actions.ts';
import { auth } from './messages/auth.ts';
import { common } from './messages/common.ts';
import { domains } from './messages/domains.ts';
import { events } from './messages/events.ts';
import { help, helpSections } from './messages/help.ts';
import { notifications } from './messages/notifications.ts';
import { policy } from './messages/policy.ts';
import { problems } from './messages/problems.ts';
import { proofPage } from './messages/proof-page.ts';
import { publicPages } from './messages/public.ts';
import { refused } from './messages/refused.ts';
import { renewals } from './messages/renewals.ts';
import { requestForm } from './messages/request-form.ts';
import { requirements, sources } from './messages/requirements.ts';
import { review } from './messages/review.ts';
import { reviewBackground } from './messages/review-background.ts';
import { scope } from './messages/scope.ts';
import { shell } from './messages/shell.ts';
import { staff } from './messages/staff.ts';
import { staffAccount } from './messages/staff-account.ts';
import { staffPerson } from './messages/staff-person.ts';
import { status, statusText } from './messages/status.ts';
import { takeover } from './messages/takeover.ts';
import { termsSections } from './messages/terms.ts';
import { time } from './messages/time.ts';
import { whitelist } from './messages/whitelist.ts';

/**
 * Everything that a customer or a reviewer reads, by where it is read. Another language is another object of this
 * type. Client components import the group they need, so that the rest does not travel to the browser.
 */
export const messages = {
  abuse,
  account,
  actions,
  auth,
  common,
  domains,
  events,
  help,
  helpSections,
  notifications,
  policy,
  problems,
  proofPage,
  publicPages,
  refused,
  renewals,
  requestForm,
  requirements,
  review,
  reviewBackground,
  scope,
  shell,
  sources,
  staff,
  staffAccount,
  staffPerson,
  status,
  statusText,
  takeover,
  termsSections,
  time,
  whitelist,
};

export type Messages = typeof messages;
