import { ConfirmAction } from '../../components/form/confirm-action.tsx';
import { Card } from '../../components/ui/card.tsx';
import type { EntryRow } from '../../db/queries/entries.ts';
import { messages } from '../../lib/web/messages.ts';
import { markCriticalAction } from './abuse-actions.ts';

const words = messages.abuse.entry.critical;

/** Whether an entry may be taken out of force by anything automatic, and the button that changes it. */
export function EntryCritical({ entry }: { entry: EntryRow }) {
  const change = entry.critical ? words.unmark : words.mark;
  return (
    <Card id="critical" title={words.title}>
      <p className="mb-3 text-second">{entry.critical ? words.is : words.isNot}</p>
      <ConfirmAction
        action={markCriticalAction.bind(null, entry.id)}
        label={change.label}
        title={change.title}
        text={change.text}
        reasonLabel={messages.abuse.entry.reason}
        reasonRequired
        variant="secondary"
        size="small"
        hidden={{ critical: entry.critical ? '' : 'on' }}
      />
    </Card>
  );
}
