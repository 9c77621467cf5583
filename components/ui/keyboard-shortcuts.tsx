'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useState } from 'react';
import { buttonClass } from './button-class.ts';
import { Kbd } from './kbd.tsx';

export type KeyboardShortcutsProps = {
  shortcuts: readonly { key: string; does: string }[];
  title: string;
  /** Label of the switch: single keys can be turned off (WCAG 2.1.4). */
  switchLabel: string;
  closeLabel: string;
  openLabel: string;
};

const storageKey = 'postern:single-keys';
const typing = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

function singleKeysOn(): boolean {
  try {
    return window.localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

/** The control of this page that carries the key, if it can be pressed. */
function controlFor(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(
    `[data-shortcut="${CSS.escape(key)}"]:not([aria-disabled="true"])`,
  );
}

/**
 * Presses the control that carries `data-shortcut` when its key is hit, unless somebody is typing or a dialog is
 * open. `?` shows the list, where single keys can be turned off.
 */
export function KeyboardShortcuts({
  shortcuts,
  title,
  switchLabel,
  closeLabel,
  openLabel,
}: KeyboardShortcutsProps) {
  const [open, setOpen] = useState(false);
  const [enabled, setEnabled] = useState(true);

  useEffect(() => setEnabled(singleKeysOn()), []);

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(typing)) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
      if (event.key === '?') {
        event.preventDefault();
        setOpen(true);
        return;
      }
      if (!enabled) return;
      const control = controlFor(event.key);
      if (!control) return;
      event.preventDefault();
      control.focus();
      control.click();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [enabled]);

  function choose(on: boolean) {
    setEnabled(on);
    try {
      window.localStorage.setItem(storageKey, on ? 'on' : 'off');
    } catch {
      // Storage is blocked: the choice holds for this page.
    }
  }

  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="inline-flex items-center gap-1.5 rounded-chip text-second text-small hover:text-ink pointer-coarse:hidden print:hidden">
        <Kbd decorative>?</Kbd> {openLabel}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-shade print:hidden" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-50 w-96 max-w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 rounded-card border border-line bg-surface p-6 shadow-float">
          <Dialog.Title className="font-semibold text-lead">{title}</Dialog.Title>
          <dl className="mt-3 grid grid-cols-[2rem_1fr] gap-y-1.5">
            {shortcuts.map((shortcut) => (
              <div key={shortcut.key} className="col-span-2 grid grid-cols-subgrid">
                <dt>
                  <Kbd>{shortcut.key}</Kbd>
                </dt>
                <dd>{shortcut.does}</dd>
              </div>
            ))}
          </dl>
          <label className="mt-4 flex items-center gap-2">
            <input type="checkbox" checked={enabled} onChange={(event) => choose(event.target.checked)} />
            {switchLabel}
          </label>
          <Dialog.Close className={`${buttonClass('secondary')} mt-5 w-full`}>{closeLabel}</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
