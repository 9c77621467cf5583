import 'server-only';
import type { MailGroup } from '../domain/mail-kinds.ts';
import { openMailLink } from '../secrets/mail-link.ts';
import { portal } from './portal.ts';

/** What the link of a mail turns off, or null where it is not one of ours. Shows nothing about the person. */
export function mailLinkGroup(token: string): MailGroup | null {
  return openMailLink(portal().secrets, token)?.group ?? null;
}
