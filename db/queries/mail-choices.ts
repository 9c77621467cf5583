import { eq } from 'drizzle-orm';
import {
  choosableGroups,
  deliveryOf,
  type MailChoice,
  type MailGroup,
  type MailKind,
  mailKinds,
} from '../../lib/domain/mail-kinds.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { mailChoices } from '../schema.ts';

export type MailGroupChoice = {
  group: MailGroup;
  /** Null: nothing chosen, each kind comes as it usually does. */
  choice: MailChoice | null;
  /** The kinds of the group that the choice is about. */
  kinds: MailKind[];
};

/** What the viewer may choose about their mail, and what they have chosen. */
export async function listMailChoices(database: Database, viewer: Viewer): Promise<MailGroupChoice[]> {
  const rows = await database.select().from(mailChoices).where(eq(mailChoices.personId, viewer.personId));
  const groups = [
    ...(viewer.memberships.length > 0 ? choosableGroups('account') : []),
    ...(viewer.staffRole === null ? [] : choosableGroups('staff')),
  ];
  return groups.map((group) => ({
    group,
    choice: rows.find((row) => row.mailGroup === group)?.choice ?? null,
    kinds: (Object.keys(mailKinds) as MailKind[]).filter(
      (kind) => mailKinds[kind].group === group && deliveryOf(kind, 'off', true) === 'off',
    ),
  }));
}
