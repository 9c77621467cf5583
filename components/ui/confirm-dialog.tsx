'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-class.ts';

export type ConfirmDialogProps = {
  /** The words on the button that opens it. */
  trigger: string;
  triggerVariant?: ButtonVariant;
  triggerSize?: ButtonSize;
  title: string;
  description: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** The form that does it, with a <DialogCancel> beside its button. */
  children: ReactNode;
};

/** Asks before what cannot be taken back. Escape leaves everything as it was. */
export function ConfirmDialog({
  trigger,
  triggerVariant = 'danger',
  triggerSize,
  title,
  description,
  open,
  onOpenChange,
  children,
}: ConfirmDialogProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Trigger className={buttonClass(triggerVariant, triggerSize)}>
        {trigger}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-shade print:hidden transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[30rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-card border border-line bg-surface p-6 shadow-float transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0">
          <AlertDialog.Title className="font-semibold text-lead">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-second" render={<div />}>
            {description}
          </AlertDialog.Description>
          <div className="mt-5">{children}</div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

export function DialogCancel({ children }: { children: string }) {
  return <AlertDialog.Close className={buttonClass('secondary')}>{children}</AlertDialog.Close>;
}
