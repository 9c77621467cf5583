import { and, eq, isNull } from 'drizzle-orm';
import { people, staff } from '../../db/schema.ts';
import { mustHaveSecondFactor } from '../domain/second-factor.ts';
import { type CodeCheck, type CodeRefusal, checkCode } from './check-code.ts';
import { notifyAccessChanged } from './notify-access.ts';
import { recordEvent } from './record-event.ts';
import { type Refusal, refuse } from './result.ts';

export type EndSecondFactor = Omit<CodeCheck, 'person'>;

/** Takes the authenticator off a person who chose to have one, with a code of it. Staff must keep theirs. */
export async function endSecondFactor(
  operation: EndSecondFactor,
): Promise<{ ok: true } | CodeRefusal | Refusal> {
  const { actor, now } = operation;
  if (actor.viewer === null) return refuse.notFound();
  const { personId } = actor.viewer;
  return operation.database.transaction(async (database) => {
    const [found] = await database
      .select({ person: people, staffRole: staff.role })
      .from(people)
      .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
      .where(and(eq(people.id, personId), isNull(people.erasedAt)));
    if (found === undefined || found.person.totpConfirmedAt === null) return refuse.notFound();
    const { person, staffRole } = found;
    if (mustHaveSecondFactor({ staffRole, demo: person.demo })) return refuse.notAllowed('end_second_factor');
    const checked = await checkCode({ ...operation, database, person });
    if (!checked.ok) return checked;
    await database
      .update(people)
      .set({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null })
      .where(eq(people.id, person.id));
    const key = await recordEvent(database, actor, {
      kind: 'second_factor_removed',
      content: { person: person.id },
    });
    const told = { personId, key, from: actor.address, now };
    await notifyAccessChanged(database, { ...told, change: 'authenticator_removed' });
    return { ok: true as const };
  });
}
