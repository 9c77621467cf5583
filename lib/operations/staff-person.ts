import { mayAsStaff, type StaffAbility } from '../domain/permissions.ts';
import { type Actor, type Refusal, readerOf, refuse } from './result.ts';

/**
 * Whoever of staff acts, where it is no matter of one entry. For anybody else it does not exist.
 * @returns the person's id, null for an operator at the command line
 */
export function staffPerson(
  actor: Actor,
  ability: StaffAbility,
): { ok: true; personId: string | null } | Refusal {
  const reader = readerOf(actor);
  if (reader === null) return refuse.notFound();
  if (reader === 'operator') return { ok: true, personId: null };
  if (reader.staffRole === null) return refuse.notFound();
  return mayAsStaff(reader, ability) ? { ok: true, personId: reader.personId } : refuse.notAllowed(ability);
}
