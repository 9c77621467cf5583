'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';

const words = whitelist.thread;

/** Answers support's question; field `answer`. */
export function AnswerForm({ action }: { action: FormAction }) {
  const { state, pending, formProps } = useActionForm(action, { emptyWhenDone: true });
  return (
    <form {...formProps} className="mt-5 flex flex-col items-start gap-3">
      <div className="w-full">
        <TextArea
          name="answer"
          label={words.answer}
          defaultValue={typed(state, 'answer')}
          error={fieldRefusal(state, 'answer')}
          required
          maxLength={4000}
        />
      </div>
      <FormOutcome state={state} fields={['answer']} />
      <SubmitButton pending={pending} pendingLabel={words.pending}>
        {words.send}
      </SubmitButton>
    </form>
  );
}
