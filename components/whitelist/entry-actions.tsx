import type { FormAction } from '../../lib/web/action-state.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { ActionButton } from '../form/action-button.tsx';
import { ConfirmAction } from '../form/confirm-action.tsx';

/** A verb that the page offers: what it calls, or why it is not allowed now. */
export type EntryVerb = { action: FormAction; disabledReason: string | null };

export type EntryActionsProps = {
  network: string;
  /** Open requests are withdrawn, live entries removed; the other of the two is left out. */
  withdraw?: EntryVerb;
  remove?: EntryVerb;
  suspend?: EntryVerb;
  restore?: EntryVerb;
};

const words = whitelist.actions;

/** What an account's person can do with an entry. Not allowed is shown and says why. */
export function EntryActions({ network, withdraw, remove, suspend, restore }: EntryActionsProps) {
  return (
    <>
      {restore ? <ActionButton label={words.restore} variant="primary" {...restore} /> : null}
      {suspend ? <ActionButton label={words.suspend} {...suspend} /> : null}
      {withdraw ? (
        <ConfirmAction
          label={words.withdraw}
          title={words.withdrawTitle(network)}
          text={words.withdrawText}
          reasonLabel={words.reason}
          reasonHint={words.reasonHint}
          {...withdraw}
        />
      ) : null}
      {remove ? <RemoveEntry network={network} {...remove} /> : null}
    </>
  );
}

/** Gives a live entry up, once that is confirmed. */
export function RemoveEntry({ network, ...remove }: EntryVerb & { network: string }) {
  return (
    <ConfirmAction
      label={words.remove}
      title={words.removeTitle(network)}
      text={words.removeText}
      reasonLabel={words.reason}
      reasonHint={words.reasonHint}
      {...remove}
    />
  );
}
