import type { RelayScope, Standing } from '../../../lib/domain/smtp-decision.ts';
import type { Session } from './session.ts';
import type { EntryTerms } from './types.ts';

/** What the client's mail rests on at this moment. */
export type CurrentBasis = {
  readonly by: 'ip' | 'login';
  readonly standing: Standing;
  readonly serverSlug: string;
  readonly scope: RelayScope | null;
  /** the entry, null for a client that has signed in */
  readonly terms: EntryTerms | null;
};

/** Who has signed in rests on that alone: a removal of the address does not concern it. */
export function basisOf({ facts, login, client }: Session): CurrentBasis {
  if (login !== null) {
    const current = facts.loginStanding(login);
    if (current.standing !== 'in_force') {
      return { by: 'login', standing: current.standing, serverSlug: '', scope: null, terms: null };
    }
    const { serverSlug, scope } = current;
    return { by: 'login', standing: 'in_force', serverSlug, scope, terms: null };
  }
  if (client === null) return { by: 'ip', standing: 'none', serverSlug: '', scope: null, terms: null };
  const { standing, terms } = facts.standing(client);
  return { by: 'ip', standing, serverSlug: terms?.serverSlug ?? '', scope: terms?.scope ?? null, terms };
}
