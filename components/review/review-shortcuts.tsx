import { common } from '../../lib/web/messages/common.ts';
import { review } from '../../lib/web/messages/review.ts';
import { KeyboardShortcuts } from '../ui/keyboard-shortcuts.tsx';

const words = review.shortcuts;

/** The keys of the review page. */
export function ReviewShortcuts() {
  return (
    <KeyboardShortcuts
      openLabel={words.open}
      title={words.title}
      switchLabel={words.switch}
      closeLabel={common.close}
      shortcuts={[
        { key: 'q', does: words.ask },
        { key: 'a', does: words.approve },
        { key: 'r', does: words.reject },
        { key: 'k', does: words.previous },
        { key: 'j', does: words.next },
      ]}
    />
  );
}
