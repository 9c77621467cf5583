'use client';

import { InvitationForm } from '../../components/auth/invitation-form.tsx';
import { SecondFactorForm } from '../../components/auth/second-factor-form.tsx';
import { SignInForm } from '../../components/auth/sign-in-form.tsx';
import { DecisionPanel, type DecisionPanelProps } from '../../components/review/decision-panel.tsx';
import { EntryActions } from '../../components/whitelist/entry-actions.tsx';
import { QuestionThread } from '../../components/whitelist/question-thread.tsx';
import { RequestForm } from '../../components/whitelist/request-form.tsx';
import type { ActionState, FormAction } from '../../lib/web/action-state.ts';
import { clock, now } from './samples.ts';

// Forms of the gallery: what they are sent to answers here in the browser, always with the same refusal.

function answers(state: ActionState): FormAction {
  return async (_before, form) =>
    state.status === 'refused'
      ? {
          ...state,
          values: Object.fromEntries(
            [...form.entries()].map(([name, value]) => [
              name === 'override' ? `override.${value}` : name,
              name === 'override' ? 'on' : String(value),
            ]),
          ),
        }
      : state;
}

const hostBits = answers({
  status: 'refused',
  code: 'requirement_failed',
  requirement: 'valid_network',
  field: 'network',
  message: 'This network begins before the address that you typed.',
  nextStep: 'Choose the whole network, or the one address.',
  suggestions: ['45.80.3.16/30', '45.80.3.17'],
});

export function SampleRequestForm() {
  return (
    <RequestForm
      action={hostBits}
      server="acme-production"
      senderDomains={['acme.example']}
      acceptsResponsibility
      reviewMonths={12}
      clientAddress="45.80.3.17"
    />
  );
}

const missing = answers({
  status: 'refused',
  code: 'reason_missing',
  field: 'reason',
  message: 'A decision needs its reason.',
  nextStep: 'Say in a sentence what decides it.',
});

export function SampleDecision(props: Omit<DecisionPanelProps, 'action'>) {
  return <DecisionPanel action={missing} {...props} />;
}

export function SampleEntryActions({ state }: { state: 'active' | 'pending' | 'viewer' }) {
  const allowed = { action: answers({ status: 'done', message: 'Done.' }), disabledReason: null };
  const refused = {
    ...allowed,
    disabledReason: 'You may view this entry. An owner of the account can do this.',
  };
  if (state === 'pending') return <EntryActions network="45.80.12.9" withdraw={allowed} />;
  if (state === 'viewer') return <EntryActions network="45.80.3.17" suspend={refused} remove={refused} />;
  return <EntryActions network="45.80.3.17" suspend={allowed} remove={allowed} />;
}

export function SampleThread() {
  return (
    <QuestionThread
      clock={clock}
      answer={answers({ status: 'done', message: 'Your answer is with support.' })}
      messages={[
        {
          id: '1',
          side: 'support',
          name: 'Support',
          body: 'The name of this address says it is dynamic. Do you have your provider’s confirmation that it is static?',
          at: now - 3_000_000,
        },
      ]}
    />
  );
}

export function SampleSignIn() {
  return (
    <SignInForm
      action={answers({
        status: 'refused',
        code: 'wrong',
        message: 'No person signs in with this email and password.',
        nextStep: 'Check both, and mind capital letters.',
      })}
    />
  );
}

export function SampleInvitation() {
  return <InvitationForm action={answers({ status: 'idle' })} token="sample" email="owner@acme.example" />;
}

export function SampleSecondFactor() {
  return <SecondFactorForm action={answers({ status: 'idle' })} />;
}
