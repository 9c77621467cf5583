import type { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { LiveSession } from '../../db/queries/sessions.ts';
import type { PasswordHasher } from '../adapters/password-hasher.ts';
import { type Totp, totp } from '../adapters/totp.ts';
import { mayAsStaff, type StaffAbility } from '../domain/permissions.ts';
import { isSatisfied } from '../domain/second-factor.ts';
import type { Actor, Refusal, Result } from '../operations/result.ts';
import type { NewSession, Visitor } from '../operations/start-session.ts';
import type { Secrets } from '../secrets/keys.ts';
import { sealReference } from '../secrets/reference.ts';
import type { ActionState } from './action-state.ts';
import { actorOf } from './actor.ts';
import { clientAddress, visitorOf } from './client-address.ts';
import { type FormValues, formValues, returnedValues } from './form-values.ts';
import { actions } from './messages/actions.ts';
import { passwords } from './passwords.ts';
import type { Portal } from './portal.ts';
import { type Refused, refusalState, refused, type Words } from './refusal-state.ts';
import { isSameOrigin } from './same-origin.ts';

// Everything around a server action that is not Next's, in one order: from a page of ours, signed in, parsed, done,
// said. `action.ts` brings Next's side of it.

/** What came in through the door. */
export type ActionCall = {
  portal: Portal;
  headers: Headers;
  /** Read when it is needed, so that a database that is away is caught like any other failure. */
  session: () => Promise<LiveSession | null>;
  form: FormData;
  now: Date;
  /** Told about what was thrown, with the reference that the person is shown. */
  logError: (error: unknown, reference: string) => void;
};

/** What the form says, or where to go; `session`: the cookie to set (null: to take away). */
export type ActionOutcome = ActionState | { status: 'go'; path: string; session?: NewSession | null };

/** What an action of a signed-in person works with: spread it into an operation. */
export type ActionContext = {
  database: Database;
  actor: Actor;
  session: LiveSession;
  portal: Portal;
  totp: Totp;
  secrets: Secrets;
  now: Date;
};

export type ActionDefinition<Schema extends z.ZodType, T> = {
  schema: Schema;
  /** For staff with this ability alone: for anybody else it does not exist. */
  ability?: StaffAbility;
  /** Names the operation; it decides, again, everything that the page has decided to show. */
  run: (input: z.output<Schema>, context: ActionContext) => Promise<Result<T>>;
  /** What the form says once it is done, or where the person goes next. */
  done: (
    result: { ok: true } & T,
    input: z.output<Schema>,
  ) => string | { message: string; value: string } | { redirectTo: string };
  /** Words for a refusal that this form says better than the catalogue's general ones. */
  words?: (refusal: Refusal) => (Words & { field?: string }) | undefined;
};

/** An action of somebody signed in. */
export function runAction<Schema extends z.ZodType, T>(
  definition: ActionDefinition<Schema, T>,
  call: ActionCall,
): Promise<ActionOutcome> {
  return guard(call, async (values) => {
    const { portal, headers, now } = call;
    const session = await call.session();
    if (session === null || !isSatisfied(session.secondFactor)) return signedOut(values);
    const { secrets } = portal;
    const { ability } = definition;
    if (ability !== undefined && !mayAsStaff(session.viewer, ability)) {
      return refusalState({ ok: false, code: 'not_found' }, { values, secrets, now });
    }
    const parsed = definition.schema.safeParse(values, { error: () => actions.refusals.invalid.message });
    if (!parsed.success) return invalidState(parsed.error, values);
    const actor = actorOf(session, headers);
    const context = { database: portal.database, actor, session, portal, totp, secrets, now };
    const result = await definition.run(parsed.data, context);
    if (!result.ok) {
      const state = refusalState(result, { values, secrets, now, forStaff: ability !== undefined });
      return { ...state, ...definition.words?.(result) };
    }
    const said = definition.done(result, parsed.data);
    if (typeof said === 'string') return { status: 'done', message: said };
    return 'redirectTo' in said ? { status: 'go', path: said.redirectTo } : { status: 'done', ...said };
  });
}

export type PublicActionContext = {
  database: Database;
  portal: Portal;
  visitor: Visitor;
  passwords: PasswordHasher;
  totp: Totp;
  secrets: Secrets;
  /** Whoever comes back; the second factor may still be missing. */
  session: LiveSession | null;
  /** A refusal with everything that was typed. */
  refuse: (code: string, words: Words, field?: string) => Refused;
  now: Date;
};

export type PublicActionDefinition<Schema extends z.ZodType> = {
  schema: Schema;
  run: (input: z.output<Schema>, context: PublicActionContext) => Promise<ActionOutcome>;
};

/** An action of anybody: signing in, taking an invitation. */
export function runPublicAction<Schema extends z.ZodType>(
  definition: PublicActionDefinition<Schema>,
  call: ActionCall,
): Promise<ActionOutcome> {
  return guard(call, async (values) => {
    const parsed = definition.schema.safeParse(values, { error: () => actions.refusals.invalid.message });
    if (!parsed.success) return invalidState(parsed.error, values);
    return definition.run(parsed.data, publicContext(call, await call.session(), values));
  });
}

export type OwnActionDefinition<Schema extends z.ZodType> = {
  schema: Schema;
  run: (
    input: z.output<Schema>,
    context: PublicActionContext & { session: LiveSession; actor: Actor },
  ) => Promise<ActionOutcome>;
};

/** What somebody signed in does to their own sign-in, with refusals that only that has. */
export function runOwnAction<Schema extends z.ZodType>(
  { schema, run }: OwnActionDefinition<Schema>,
  call: ActionCall,
): Promise<ActionOutcome> {
  return guard(call, async (values) => {
    const session = await call.session();
    if (session === null || !isSatisfied(session.secondFactor)) return signedOut(values);
    const parsed = schema.safeParse(values, { error: () => actions.refusals.invalid.message });
    if (!parsed.success) return invalidState(parsed.error, values);
    const actor = actorOf(session, call.headers);
    return run(parsed.data, { ...publicContext(call, session, values), session, actor });
  });
}

function publicContext(
  { portal, headers, now }: ActionCall,
  session: LiveSession | null,
  values: FormValues,
): PublicActionContext {
  return {
    database: portal.database,
    portal,
    visitor: visitorOf(headers),
    passwords: passwords(),
    totp,
    secrets: portal.secrets,
    session,
    refuse: (code, words, field) => refused(code, words, { field, values: returnedValues(values) }),
    now,
  };
}

function signedOut(values: FormValues): Refused {
  return refused('signed_out', actions.refusals.signed_out, { values: returnedValues(values) });
}

/** The one catch of the portal's actions, and what holds for all of them. */
async function guard(
  call: ActionCall,
  act: (values: FormValues) => Promise<ActionOutcome>,
): Promise<ActionOutcome> {
  const { portal, headers, form, now } = call;
  if (!isSameOrigin(headers, portal.environment.portalUrl)) {
    return refused('other_origin', actions.refusals.elsewhere);
  }
  const values = formValues(form);
  try {
    return await act(values);
  } catch (error) {
    const address = clientAddress(headers);
    const reference = sealReference(portal.secrets, {
      address,
      rule: 'internal_error',
      at: now,
      node: 'portal',
    });
    call.logError(error, reference);
    return refused('unexpected', actions.refusals.unexpected, { reference, values: returnedValues(values) });
  }
}

/** One field wrong: said at that field. More: said at each. */
function invalidState(error: z.ZodError, values: FormValues): Refused {
  const fieldErrors: Record<string, string> = {};
  for (const issue of error.issues) fieldErrors[String(issue.path[0] ?? '')] ??= issue.message;
  const [first, ...others] = Object.keys(fieldErrors);
  const more = { values: returnedValues(values) };
  if (others.length > 0 || first === undefined || first === '') {
    return refused('invalid', actions.refusals.invalid, { ...more, fieldErrors });
  }
  const message = fieldErrors[first] ?? actions.refusals.invalid.message;
  return refused('invalid', { message }, { ...more, field: first });
}
