import type { Database } from '../../db/client.ts';
import type { MailGroup } from '../domain/mail-kinds.ts';
import type { Secrets } from '../secrets/keys.ts';
import { openMailLink } from '../secrets/mail-link.ts';
import { type Result, refuse } from './result.ts';
import { setMailChoices } from './set-mail-choices.ts';

/**
 * Turns a group of mail off for whoever holds the link of such a mail, without signing in (RFC 8058). A link that is
 * not ours is not found; harmless to repeat.
 */
export async function turnOffMail(operation: {
  database: Database;
  secrets: Secrets;
  token: string;
  now: Date;
}): Promise<Result<{ group: MailGroup }>> {
  const { database, secrets, token, now } = operation;
  const link = openMailLink(secrets, token);
  if (link === null) return refuse.notFound();
  const { personId, group } = link;
  const result = await setMailChoices({ database, personId, choices: { [group]: 'off' }, now });
  return result.ok ? { ok: true, group } : result;
}
