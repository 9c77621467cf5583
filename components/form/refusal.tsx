import Link from 'next/link';
import type { ReactNode } from 'react';
import type { ActionState } from '../../lib/web/action-state.ts';
import { common } from '../../lib/web/messages/common.ts';
import { requirements } from '../../lib/web/messages/requirements.ts';
import { Notice } from '../ui/notice.tsx';

type Refused = Extract<ActionState, { status: 'refused' }>;

function ruleOf(requirement: string | undefined): { name: string; rule: string } | null {
  if (requirement === undefined || !Object.hasOwn(requirements, requirement)) return null;
  return requirements[requirement as keyof typeof requirements];
}

/** The three parts of a refusal: what we saw, which rule, what to do. */
export function RefusalParts({ state, children }: { state: Refused; children?: ReactNode }) {
  const rule = ruleOf(state.requirement);
  return (
    <div className="flex flex-col gap-1">
      <p className="font-medium text-out">{state.message}</p>
      {rule ? (
        <p className="text-second">
          <span className="font-medium text-ink">{rule.name}.</span> {rule.rule}
        </p>
      ) : null}
      {state.nextStep || state.link ? (
        <p>
          {state.nextStep}{' '}
          {state.link ? (
            <Link href={state.link.href} className="rounded-chip font-medium underline underline-offset-3">
              {state.link.label}
            </Link>
          ) : null}
        </p>
      ) : null}
      {children}
      {state.reference ? (
        <p className="wrap-anywhere text-second">{common.reference(state.reference)}</p>
      ) : null}
    </div>
  );
}

/** What the form as a whole has to say: a refusal that belongs to no field, or that it is done. */
export function FormOutcome({ state, fields = [] }: { state: ActionState; fields?: readonly string[] }) {
  if (state.status === 'done') {
    return (
      <Notice tone="in-force" role="status">
        {state.message}
      </Notice>
    );
  }
  if (state.status !== 'refused' || (state.field !== undefined && fields.includes(state.field))) return null;
  return (
    <div data-refusal tabIndex={-1} className="rounded-chip outline-offset-4">
      <Notice tone="out" role="alert">
        <RefusalParts state={state} />
      </Notice>
    </div>
  );
}

/** The refusal beside its field: all three parts where it is the field's own, one sentence where there are several. */
export function fieldRefusal(state: ActionState, name: string, children?: ReactNode): ReactNode {
  if (state.status !== 'refused') return undefined;
  if (state.field === name) return <RefusalParts state={state}>{children}</RefusalParts>;
  const message = state.fieldErrors?.[name];
  return message ? <p className="font-medium text-out">{message}</p> : undefined;
}
