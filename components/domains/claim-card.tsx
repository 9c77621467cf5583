import type { DomainOutcome } from '../../lib/domain/domain-recheck.ts';
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
  outcome: DomainOutcome | null;
  /** For a verified domain whose record is missing: until when it has to be there again. */
  until?: number;
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
  /** Null for a verified one: that is removed in the list. */
  giveUp: FormAction | null;
  disabledReason: string | null;
  clock: Clock;
}) {
  const hidden = { server, domain: claim.domain };
  const id = `claim-${claim.domain.replaceAll('.', '-')}`;
  return (
    <Card
      id={id}
      title={claim.until === undefined ? words.waitingTitle(claim.domain) : words.missingTitle(claim.domain)}
      className="border-waiting-line"
    >
      <p className="mb-4 text-second">
        {claim.until === undefined ? (
          words.waiting
        ) : (
          <>
            {words.missingUntil} <When at={claim.until} clock={clock} as="date" />. {words.missingNext}
          </>
        )}
      </p>
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
        {giveUp === null ? null : (
          <ActionButton
            action={giveUp}
            label={words.giveUp}
            variant="quiet"
            hidden={hidden}
            disabledReason={disabledReason}
          />
        )}
      </div>
      {claim.checkedAt === null || claim.outcome === null || claim.outcome === 'verified' ? null : (
        <p className="mt-3 text-second text-small">
          {words.checked} <When at={claim.checkedAt} clock={clock} />: {words.outcomes[claim.outcome].message}
        </p>
      )}
    </Card>
  );
}
