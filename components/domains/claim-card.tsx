import type { FormAction } from '../../lib/web/action-state.ts';
import { common } from '../../lib/web/messages/common.ts';
import { domains as words } from '../../lib/web/messages/domains.ts';
import { ActionButton } from '../form/action-button.tsx';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import type { Clock } from '../ui/relative-time.ts';

export type ClaimView = {
  domain: string;
  recordName: string;
  recordValue: string;
  /** The last look for the record, and what came of it. */
  checkedAt: number | null;
  outcome: 'no_record' | 'other_value' | 'temporary_error' | null;
};

/** A domain that waits for its record: what to publish, and the button that looks for it. */
export function ClaimCard({
  claim,
  server,
  check,
  giveUp,
  disabledReason,
  clock,
}: {
  claim: ClaimView;
  server: string;
  check: FormAction;
  giveUp: FormAction;
  disabledReason: string | null;
  clock: Clock;
}) {
  const hidden = { server, domain: claim.domain };
  const id = `claim-${claim.domain.replaceAll('.', '-')}`;
  return (
    <Card id={id} title={words.waitingTitle(claim.domain)} className="border-waiting-line">
      <p className="mb-4 text-second">{words.waiting}</p>
      <div className="flex flex-col gap-3">
        <div>
          <p className="mb-1.5 font-medium">{words.recordName}</p>
          <CopyField value={claim.recordName} copyLabel={words.copyName} copiedLabel={common.copied} />
        </div>
        <div>
          <p className="mb-1.5 font-medium">{words.recordValue}</p>
          <CopyField value={claim.recordValue} copyLabel={words.copyValue} copiedLabel={common.copied} />
        </div>
      </div>
      <div className="mt-4 flex flex-wrap items-start gap-2">
        <ActionButton
          action={check}
          label={words.check}
          variant="primary"
          hidden={hidden}
          disabledReason={disabledReason}
        />
        <ActionButton
          action={giveUp}
          label={words.giveUp}
          variant="quiet"
          hidden={hidden}
          disabledReason={disabledReason}
        />
      </div>
      {claim.checkedAt === null || claim.outcome === null ? null : (
        <p className="mt-3 text-second text-small">
          {words.checked} <When at={claim.checkedAt} clock={clock} />: {words.outcomes[claim.outcome].message}
        </p>
      )}
    </Card>
  );
}
