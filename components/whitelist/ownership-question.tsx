import type { FormAction } from '../../lib/web/action-state.ts';
import { common } from '../../lib/web/messages/common.ts';
import { takeover } from '../../lib/web/messages/takeover.ts';
import { time } from '../../lib/web/messages/time.ts';
import { ReasonForm } from '../form/reason-form.tsx';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { type Clock, dateText } from '../ui/relative-time.ts';

const words = takeover.asked;

/** Asks the holder of an address whether it is still theirs. */
export function OwnershipQuestion({
  until,
  proofAddress,
  answered,
  provenAgainAt,
  clock,
  action,
  disabledReason,
}: {
  until: number;
  proofAddress: string;
  /** What was answered already. */
  answered: string | null;
  /** When it was proven anew, since the question. */
  provenAgainAt: number | null;
  clock: Clock;
  action: FormAction;
  disabledReason: string | null;
}) {
  return (
    <Card id="ownership" title={words.title} className="border-waiting-line">
      <p className="mb-4">{until <= clock.now ? words.timeOver : words.text(dateText(until, clock, time))}</p>
      {provenAgainAt === null ? (
        <>
          <p className="mb-2.5 text-second">{words.prove}</p>
          <CopyField value={proofAddress} copyLabel={words.copy} copiedLabel={common.copied} />
        </>
      ) : (
        <p>
          {words.provenAgain} <When at={provenAgainAt} clock={clock} />. {words.supportReads}
        </p>
      )}
      <div className="mt-5 border-line border-t pt-4">
        {answered === null ? null : (
          <p className="mb-3">
            {words.answered} <span className="text-second">“{answered}”</span>
          </p>
        )}
        <ReasonForm
          action={action}
          name="answer"
          label={words.answer}
          hint={words.answerHint}
          button={words.send}
          pendingLabel={words.pending}
          variant="primary"
          disabledReason={disabledReason}
        />
        <p className="mt-3 text-second text-small">{words.otherwise}</p>
      </div>
    </Card>
  );
}
