import type { AccountStatus, ServerStatus } from '../../lib/domain/sanctions.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';

const words = whitelist.list;

export type Askable = {
  /** Whether the person may ask for an address in the account. */
  may: boolean;
  account: AccountStatus;
  server: ServerStatus;
};

/** Why nobody can ask for an address of a server here, for its button and its empty list; null: they can. */
export function whyNotHere({ may, account, server }: Askable): string | null {
  if (!may) return words.viewerCannotRequest;
  if (account === 'cancelled') return words.accountCancelled;
  return server === 'cancelled' ? words.serverCancelled : null;
}

/** The same for all accounts of a person together: one server of which they can ask is enough. */
export function whyNowhere(
  accounts: readonly { may: boolean; status: AccountStatus; servers: readonly { status: ServerStatus }[] }[],
): string | null {
  if (accounts.length === 0) return words.noAccount;
  const asking = accounts.filter(({ may }) => may);
  if (asking.length === 0) return words.viewerCannotRequest;
  const open = asking.filter(({ status }) => status !== 'cancelled');
  if (open.length === 0) return words.accountCancelled;
  const servers = open.flatMap((account) => account.servers);
  if (servers.length === 0) return words.noServer;
  return servers.every(({ status }) => status === 'cancelled') ? words.serverCancelled : null;
}

/** What stands where nothing in the list is what was looked for. */
export const noMatch = { title: words.emptyMatchTitle, text: words.emptyMatch };

/** What stands where there is no entry: the first step, or why there is none to take. */
export function emptyList(why: string | null): { title: string; text: string } {
  return why === null
    ? { title: words.emptyTitle, text: words.empty }
    : { title: words.emptyClosedTitle, text: why };
}
