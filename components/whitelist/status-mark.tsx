import { type StatusKey, status, statusText } from '../../lib/web/messages/status.ts';
import { classNames } from '../ui/class-names.ts';
import { toneText } from '../ui/tone.ts';
import { statusLook } from './entry-status.ts';
import { StatusDrawing } from './status-icons.tsx';

export type StatusView = {
  key: StatusKey;
  /** The line beneath the word; null for none, left out for the state's own. */
  detail?: string | null;
  /** With `renew_soon`: whole days left. */
  daysLeft?: number;
};

export type StatusMarkProps = {
  status: StatusView;
  audience?: 'owner' | 'support';
  size?: 'row' | 'page';
};

/** The word of a state. */
function statusWord(view: StatusView, audience: 'owner' | 'support'): string {
  if (view.key === 'renew_soon' && view.daysLeft !== undefined) return statusText.renewInDays(view.daysLeft);
  const words: { word: string; support?: string } = status[view.key];
  return audience === 'support' ? (words.support ?? words.word) : words.word;
}

/** Where an entry stands: drawing, word, and one line beneath. The colour repeats what the word says. */
export function StatusMark({ status: view, audience = 'owner', size = 'row' }: StatusMarkProps) {
  const { icon, tone } = statusLook(view.key);
  const detail = view.detail === undefined ? status[view.key].detail : view.detail;
  return (
    <div className="min-w-0">
      <p
        className={classNames(
          'flex items-center gap-2 font-medium max-sm:gap-1.5',
          size === 'page' && 'text-lead',
          toneText[tone],
        )}
      >
        <StatusDrawing icon={icon} className={size === 'page' ? 'size-5 shrink-0' : 'size-4 shrink-0'} />
        {statusWord(view, audience)}
      </p>
      {detail ? <p className="mt-0.5 text-second text-small">{detail}</p> : null}
    </div>
  );
}
