'use client';

import { useFormStatus } from 'react-dom';
import { Button, type ButtonProps } from './button.tsx';

export type SubmitButtonProps = Omit<ButtonProps, 'type' | 'busy'> & {
  /** Said while the form is on its way. */
  pendingLabel?: string;
  /** Where the form is sent by hand, so that useFormStatus does not know of it. */
  pending?: boolean;
};

/** Sends its form once: a second press while the first is on its way does nothing. */
export function SubmitButton({
  pendingLabel,
  pending,
  children,
  onClick,
  variant = 'primary',
  ...rest
}: SubmitButtonProps) {
  const status = useFormStatus();
  const busy = pending ?? status.pending;
  return (
    <Button
      {...rest}
      variant={variant}
      type="submit"
      busy={busy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy && pendingLabel ? pendingLabel : children}
    </Button>
  );
}
