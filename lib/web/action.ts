import 'server-only';
import { refresh } from 'next/cache';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { z } from 'zod';
import type { ActionState, FormAction } from './action-state.ts';
import { log } from './log.ts';
import { portal } from './portal.ts';
import {
  type ActionCall,
  type ActionDefinition,
  type ActionOutcome,
  type OwnActionDefinition,
  type PublicActionDefinition,
  runAction,
  runOwnAction,
  runPublicAction,
} from './run-action.ts';
import { currentSession, setSessionCookie } from './session.ts';

/**
 * A server action of somebody signed in. It is a public endpoint: whoever calls it, with whatever form, gets what the
 * form on the page would get.
 */
export function action<Schema extends z.ZodType, T>(definition: ActionDefinition<Schema, T>): FormAction {
  return async (_before, form) => answer(await runAction(definition, await call(form)));
}

/** A server action of anybody, such as signing in. */
export function publicAction<Schema extends z.ZodType>(
  definition: PublicActionDefinition<Schema>,
): FormAction {
  return async (_before, form) => answer(await runPublicAction(definition, await call(form)));
}

/** A server action by which somebody signed in changes how they sign in. */
export function ownAction<Schema extends z.ZodType>(definition: OwnActionDefinition<Schema>): FormAction {
  return async (_before, form) => answer(await runOwnAction(definition, await call(form)));
}

async function call(form: FormData): Promise<ActionCall> {
  return {
    portal: portal(),
    headers: await headers(),
    session: currentSession,
    form,
    now: new Date(),
    logError: (error, reference) => log.error({ err: error, reference }, 'an action failed'),
  };
}

async function answer(outcome: ActionOutcome): Promise<ActionState> {
  if (outcome.status === 'go') {
    if (outcome.session !== undefined) await setSessionCookie(outcome.session, new Date());
    redirect(outcome.path);
  }
  // What the page shows is another thing now: by this action, or by somebody who was faster.
  if (outcome.status === 'done' || isOutdated(outcome)) refresh();
  return outcome;
}

function isOutdated(outcome: ActionState): boolean {
  return (
    outcome.status === 'refused' && (outcome.code === 'changed_meanwhile' || outcome.code === 'state_forbids')
  );
}
