import Link from 'next/link';
import { type ReactNode, useId } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class.ts';
import { DisabledReason } from './disabled-reason.tsx';
import { Kbd } from './kbd.tsx';
import { LinkPending } from './link-pending.tsx';

export type ButtonLinkProps = {
  href: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  shortcut?: string;
  disabledReason?: string | null;
  children: ReactNode;
};

/** A way to another page that looks like a button. */
export function ButtonLink({
  href,
  variant = 'secondary',
  size = 'regular',
  shortcut,
  disabledReason,
  children,
}: ButtonLinkProps) {
  const reasonId = useId();
  if (disabledReason) {
    return (
      <DisabledReason id={reasonId} reason={disabledReason}>
        {/* biome-ignore lint/a11y/useSemanticElements: an <a> without href is no link to a screen reader */}
        <span
          role="link"
          tabIndex={0}
          aria-disabled="true"
          aria-describedby={reasonId}
          className={buttonClass(variant, size, true)}
        >
          {children}
        </span>
      </DisabledReason>
    );
  }
  return (
    <Link
      href={href}
      aria-keyshortcuts={shortcut}
      data-shortcut={shortcut}
      className={buttonClass(variant, size)}
    >
      {children}
      {shortcut ? <Kbd decorative>{shortcut}</Kbd> : null}
      <LinkPending />
    </Link>
  );
}
