import type { RelayScope, Standing } from '../../../lib/domain/smtp-decision.ts';
import type { Session } from './session.ts';
import type { EntryTerms } from './types.ts';

/** What the client's mail rests on at this moment. */
export type CurrentBasis = {
  readonly by: 'ip' | 'login';
  readonly standing: Standing;
  readonly serverSlug: string;
  readonly scope: RelayScope | null;
  /** the entry; null for a client that has signed in, unless its server needs both */
  readonly terms: EntryTerms | null;
};

/**
 * Who has signed in rests on that alone: a removal of the address does not concern it. Only where the server needs
 * both does mail rest on its entry as well, and then a whitelisted address alone is not enough either.
 */
export function basisOf({ facts, login, client }: Session): CurrentBasis {
  if (login === null) {
    if (client === null) return refused('ip', 'none');
    const { standing, terms } = facts.standing(client);
    if (terms === null) return refused('ip', standing);
    if (terms.scope.needs === 'both') return refused('ip', 'sign_in_needed');
    return { by: 'ip', standing, serverSlug: terms.serverSlug, scope: terms.scope, terms };
  }
  const current = facts.loginStanding(login);
  if (current.standing !== 'in_force') return refused('login', current.standing);
  const { serverSlug, scope } = current;
  if (scope.needs === 'either') return { by: 'login', standing: 'in_force', serverSlug, scope, terms: null };
  const terms = client === null ? null : facts.standing(client).terms;
  if (terms?.serverSlug !== serverSlug) return refused('login', 'address_needed');
  return { by: 'login', standing: 'in_force', serverSlug, scope: terms.scope, terms };
}

function refused(by: CurrentBasis['by'], standing: Standing): CurrentBasis {
  return { by, standing, serverSlug: '', scope: null, terms: null };
}

/** The entry that the connection rests on: when it ends, so does the connection. */
export function entryOf(session: Session): number | null {
  if (session.login !== null) return basisOf(session).terms?.number ?? null;
  return session.client === null ? null : (session.facts.standing(session.client).terms?.number ?? null);
}
