import { HoldersCard } from '../../../../components/review/holders-card.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import type { Holder } from '../../../../db/queries/takeovers.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { decisionAction } from '../../decision-actions.ts';

/** Who else holds the address, with the takeover by which they are asked. */
export function Holders({
  requestId,
  holders,
  clock,
}: {
  requestId: string;
  holders: readonly Holder[];
  clock: { now: number; timeZone: string };
}) {
  return (
    <HoldersCard
      action={decisionAction.bind(null, requestId)}
      clock={clock}
      holders={holders.map((holder) => ({
        id: holder.entryId,
        href: paths.adminEntry(holder.entryId),
        network: networkText(holder.network),
        account: holder.account,
        server: holder.server,
        since: holder.since?.getTime() ?? null,
        suspended: holder.status === 'suspended',
        calledOff:
          holder.calledOff?.endedAt == null
            ? null
            : { at: holder.calledOff.endedAt.getTime(), answer: holder.calledOff.objection },
        asked:
          holder.takeover === null
            ? null
            : {
                until: holder.takeover.until.getTime(),
                answer: holder.takeover.objection,
                provenAgainAt: holder.provenAgainAt?.getTime() ?? null,
                signIns: holder.signIns,
              },
      }))}
    />
  );
}
