'use client';

import { type FormEvent, startTransition, useActionState, useEffect, useRef } from 'react';
import { type ActionState, type FormAction, idle } from '../../lib/web/action-state.ts';

/**
 * A form over a server action. Before and without JavaScript the browser posts it as it is; with it the form is
 * sent by hand, because React empties a form after its action and everything typed has to stay on a refusal.
 * @param options.emptyWhenDone for what is done anew with other words, where a second press would do it twice
 */
export function useActionForm(action: FormAction, { emptyWhenDone = false } = {}) {
  const [state, dispatch, pending] = useActionState(action, idle);
  const form = useRef<HTMLFormElement>(null);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const submitter = (event.nativeEvent as SubmitEvent).submitter;
    const data = new FormData(event.currentTarget, submitter);
    startTransition(() => dispatch(data));
  }

  useEffect(() => {
    if (emptyWhenDone && state.status === 'done') form.current?.reset();
  }, [state, emptyWhenDone]);

  // Where a refusal is about a field, that field is where the person goes on.
  useEffect(() => {
    if (state.status !== 'refused') return;
    const target =
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ??
      form.current?.querySelector<HTMLElement>('[data-refusal]');
    target?.focus();
  }, [state]);

  // Often its button goes with what it has done: whoever has no mouse goes on at the content, and not at the very top.
  const sent = useRef(false);
  useEffect(() => {
    sent.current = pending || state.status === 'done';
  }, [pending, state]);
  useEffect(
    () => () => {
      if (sent.current) requestAnimationFrame(keepFocus);
    },
    [],
  );

  return { state, pending, formProps: { ref: form, action: dispatch, onSubmit, noValidate: true } };
}

function keepFocus(): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}

/** What was typed into the field before it was refused. */
export function typed(state: ActionState, name: string): string | undefined {
  return state.status === 'refused' ? state.values?.[name] : undefined;
}
