'use client';

import { useRef } from 'react';
import type { Requirement } from '../../lib/domain/evaluation.ts';
import type { FormAction } from '../../lib/web/action-state.ts';
import { review } from '../../lib/web/messages/review.ts';
import { reviewBackground } from '../../lib/web/messages/review-background.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import type { ButtonVariant } from '../ui/button-class.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { Select } from '../ui/select.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import type { ReasonTemplate } from './reason-templates.ts';

export type DecisionVerb = 'ask' | 'approve' | 'reject' | 'suspend' | 'restore' | 'remove';

export type DecisionView = {
  verb: DecisionVerb;
  variant: ButtonVariant;
  disabledReason: string | null;
};

export type DecisionPanelProps = {
  /** Gets `verb`, `reason`, `revision` and each `override` that is ticked. */
  action: FormAction;
  verbs: readonly DecisionView[];
  /** What the reviewer read; a decision on something older is refused. */
  revision: number;
  /** Failed requirements that an approval may pass over, with the words for it. */
  overrides?: readonly { requirement: Requirement; name: string }[];
  /** What will follow, beneath the buttons. */
  follows?: readonly string[];
  /** Texts that the reason may begin with. */
  templates?: readonly ReasonTemplate[];
};

const words = review.decision;
const begins = reviewBackground.templates;

const shortcuts: Partial<Record<DecisionVerb, string>> = { ask: 'q', approve: 'a', reject: 'r' };

/** A decision beside its evidence: the reason, the buttons with their keys, and what will follow. */
export function DecisionPanel({
  action,
  verbs,
  revision,
  overrides = [],
  follows = [],
  templates = [],
}: DecisionPanelProps) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  const reason = useRef<HTMLTextAreaElement>(null);

  /** What was typed already stays: the text is put behind it. */
  function begin(id: string) {
    const template = templates.find((each) => each.id === id);
    if (template === undefined || reason.current === null) return;
    const typedBefore = reason.current.value.trim();
    reason.current.value = typedBefore === '' ? template.text : `${typedBefore}\n${template.text}`;
    reason.current.focus();
  }

  return (
    <form
      {...formProps}
      aria-label={words.title}
      className="flex flex-col gap-4 rounded-card border border-line bg-surface p-5"
    >
      <input type="hidden" name="revision" value={revision} />
      {templates.length > 0 ? (
        <Select
          name="template"
          label={begins.label}
          options={[
            { value: '', label: begins.none },
            ...templates.map(({ id, label }) => ({ value: id, label })),
          ]}
          onChange={(event) => begin(event.target.value)}
        />
      ) : null}
      <TextArea
        ref={reason}
        name="reason"
        label={words.reason}
        description={words.reasonHint}
        defaultValue={typed(state, 'reason')}
        error={fieldRefusal(state, 'reason')}
        maxLength={2000}
        required
      />
      {overrides.length > 0 ? (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 font-medium">{words.overrideTitle}</legend>
          {overrides.map(({ requirement, name }) => (
            <Checkbox
              key={requirement}
              name="override"
              value={requirement}
              label={words.override(name)}
              defaultChecked={typed(state, 'override') === requirement}
            />
          ))}
          <p className="text-second text-small">{words.overrideHint}</p>
        </fieldset>
      ) : null}
      {verbs.some(({ verb, disabledReason }) => verb === 'remove' && disabledReason === null) ? (
        <Checkbox
          name="abuse"
          label={words.abuse}
          description={words.abuseHint}
          defaultChecked={typed(state, 'abuse') === 'on'}
        />
      ) : null}
      <FormOutcome state={state} fields={['reason']} />
      <div className="flex flex-wrap gap-1.5">
        {verbs.map(({ verb, variant, disabledReason }) => (
          <SubmitButton
            key={verb}
            name="verb"
            value={verb}
            variant={variant}
            shortcut={shortcuts[verb]}
            disabledReason={disabledReason}
            pending={pending}
          >
            {words[verb]}
          </SubmitButton>
        ))}
      </div>
      {follows.length > 0 ? (
        <div className="-mt-1 flex flex-col gap-1 text-second text-small">
          {follows.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      ) : null}
    </form>
  );
}
