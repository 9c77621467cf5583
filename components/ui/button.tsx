import type { ComponentPropsWithRef } from 'react';
import { useId } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class.ts';
import { classNames } from './class-names.ts';
import { DisabledReason } from './disabled-reason.tsx';
import { Kbd } from './kbd.tsx';

export type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'disabled'> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** A single key that presses it; works where <KeyboardShortcuts> is on the page. */
  shortcut?: string;
  /** Not allowed now, and why. The button stays focusable so that everyone can learn it. */
  disabledReason?: string | null;
  /** Does nothing while true; keeps its focus and its name. */
  busy?: boolean;
};

/** Presses something. Not allowed is said, never hidden: see `disabledReason`. */
export function Button({
  variant = 'secondary',
  size = 'regular',
  shortcut,
  disabledReason,
  busy = false,
  type = 'button',
  className,
  children,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const content = (
    <>
      {children}
      {shortcut ? <Kbd decorative>{shortcut}</Kbd> : null}
    </>
  );
  if (disabledReason) {
    // type="button" and no handler: it cannot submit, also before or without JavaScript.
    return (
      <DisabledReason id={reasonId} reason={disabledReason}>
        <button
          type="button"
          aria-disabled="true"
          aria-describedby={reasonId}
          className={classNames(buttonClass(variant, size, true), className)}
        >
          {content}
        </button>
      </DisabledReason>
    );
  }
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={busy || undefined}
      aria-keyshortcuts={shortcut}
      data-shortcut={shortcut}
      className={classNames(buttonClass(variant, size), busy && 'cursor-progress', className)}
    >
      {content}
    </button>
  );
}
