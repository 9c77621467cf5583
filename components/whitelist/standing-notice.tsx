import type { AccountStatus, ServerStatus } from '../../lib/domain/sanctions.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Notice } from '../ui/notice.tsx';

type Standing = { name: string; status: AccountStatus } | { name: string; status: ServerStatus };

/** Why nothing of an account is in force, before anybody asks for another address. */
export function AccountNotice({ name, status }: { name: string; status: AccountStatus }) {
  return <StandingNotice name={name} status={status} words={whitelist.account} />;
}

/** Why nothing of a server is in force: what its account says is graver, and stands alone. */
export function ServerNotice({
  server,
  account,
}: {
  server: { slug: string; status: ServerStatus };
  account: { name: string; status: AccountStatus };
}) {
  if (account.status !== 'active') return <AccountNotice {...account} />;
  return <StandingNotice name={server.slug} status={server.status} words={whitelist.server} />;
}

function StandingNotice({
  name,
  status,
  words,
}: Standing & { words: Partial<Record<ServerStatus, { title: (name: string) => string; text: string }>> }) {
  const said = words[status];
  if (said === undefined) return null;
  return (
    <Notice tone="out" title={said.title(name)}>
      {said.text}
    </Notice>
  );
}
