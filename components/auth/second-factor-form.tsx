'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { auth } from '../../lib/web/messages/auth.ts';
import { common } from '../../lib/web/messages/common.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = auth.secondFactor;

export type SecondFactorFormProps = {
  action: FormAction;
  next?: string | null;
  /** Present while it is being set up: the QR code as a data: picture, and the same as text. */
  setUp?: { picture: string; secret: string } | null;
};

/** The six digits of an authenticator, and before them, once, the key to put into it. */
export function SecondFactorForm({ action, next, setUp }: SecondFactorFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  return (
    <form {...formProps} className="flex flex-col gap-4">
      {next ? <input type="hidden" name="next" value={next} /> : null}
      {setUp ? (
        <div className="flex flex-col gap-3">
          {/* biome-ignore lint/performance/noImgElement: a data: picture has nothing to optimise */}
          <img
            src={setUp.picture}
            alt={words.pictureAlt}
            width={192}
            height={192}
            className="ground-kept rounded-control border border-line bg-[white] p-2"
          />
          <p className="text-second text-small">{words.secret}</p>
          <CopyField value={setUp.secret} copyLabel={words.copySecret} copiedLabel={common.copied} />
        </div>
      ) : null}
      <FormOutcome state={state} fields={['code']} />
      <TextField
        name="code"
        label={words.code}
        error={fieldRefusal(state, 'code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        mono
        required
      />
      <SubmitButton pending={pending} pendingLabel={words.pending} className="w-full">
        {words.button}
      </SubmitButton>
    </form>
  );
}
