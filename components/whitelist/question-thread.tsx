import type { FormAction } from '../../lib/web/action-state.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import type { Clock } from '../ui/relative-time.ts';
import { AnswerForm } from './answer-form.tsx';

export type ThreadMessageView = {
  id: string;
  side: 'support' | 'account';
  name: string;
  body: string;
  at: number;
};

export type QuestionThreadProps = {
  messages: readonly ThreadMessageView[];
  clock: Clock;
  /** Present while an answer is awaited and the viewer may give it. */
  answer?: FormAction | null;
  /** Who may, where an answer is awaited and the viewer may not. */
  whoAnswers?: string | null;
};

const words = whitelist.thread;

/** What support asked and what the account answered, oldest first. */
export function QuestionThread({ messages, clock, answer, whoAnswers }: QuestionThreadProps) {
  if (messages.length === 0) return null;
  return (
    <Card id="thread" title={words.title} className={answer ? 'border-waiting-line' : undefined}>
      <ol className="flex flex-col gap-4">
        {messages.map((message) => (
          <li
            key={message.id}
            className={classNames(
              'border-l-[3px] pl-3.5',
              message.side === 'support' ? 'border-in-review' : 'border-line-strong',
            )}
          >
            <p className="text-second text-small">
              {message.name}, <When at={message.at} clock={clock} />
            </p>
            <p className="whitespace-pre-line [overflow-wrap:anywhere]">{message.body}</p>
          </li>
        ))}
      </ol>
      {answer ? <AnswerForm action={answer} /> : null}
      {whoAnswers ? <p className="mt-5 text-second">{whoAnswers}</p> : null}
    </Card>
  );
}
