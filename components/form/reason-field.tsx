'use client';

import type { ActionState } from '../../lib/web/action-state.ts';
import { TextArea } from '../ui/text-area.tsx';
import { fieldRefusal } from './refusal.tsx';
import { typed } from './use-action-form.ts';

/** Why something is done, in a sentence or two; it stays as it was typed when the form is refused. */
export function ReasonField({
  state,
  name = 'reason',
  label,
  hint,
}: {
  state: ActionState;
  name?: string;
  label: string;
  hint?: string;
}) {
  return (
    <TextArea
      name={name}
      label={label}
      description={hint}
      defaultValue={typed(state, name)}
      error={fieldRefusal(state, name)}
      rows={2}
      maxLength={2000}
      required
    />
  );
}
