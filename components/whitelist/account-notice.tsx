import type { AccountStatus } from '../../lib/domain/sanctions.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Notice } from '../ui/notice.tsx';

const words = whitelist.account;

/** Why nothing of an account is in force, before anybody asks for another address. */
export function AccountNotice({ name, status }: { name: string; status: AccountStatus }) {
  if (status === 'active') return null;
  return (
    <Notice tone="out" title={words[status].title(name)}>
      {words[status].text}
    </Notice>
  );
}
