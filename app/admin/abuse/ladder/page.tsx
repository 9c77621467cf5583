import { LadderForm } from '../../../../components/abuse/ladder-form.tsx';
import { Simulation } from '../../../../components/abuse/simulation.tsx';
import { ReasonForm } from '../../../../components/form/reason-form.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { Notice } from '../../../../components/ui/notice.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { currentPolicy } from '../../../../db/queries/policy.ts';
import { mayAsStaff } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { ladderFields, typedFields } from '../../../../lib/web/ladder-fields.ts';
import { ladder as words } from '../../../../lib/web/messages/ladder.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { type TriedLadder, tryLadder } from '../../../../lib/web/try-ladder.ts';
import { DeskHeader } from '../desk-header.tsx';
import { saveLadderAction } from './actions.ts';

export const generateMetadata = staffTitle(words.title, 'handle_abuse');

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };
type Clock = { now: number; timeZone: string };

/** The ladder's settings; with values in the address, what these would have done with the last month. */
export default async function LadderPage({ searchParams }: Props) {
  const session = await requireStaff('handle_abuse');
  const given = await searchParams;
  const clock = clockOf(session);
  const { version, abuse: current } = await currentPolicy(portal().database);
  const mayChange = mayAsStaff(session.viewer, 'change_policy');
  const tried =
    given.try !== undefined && mayChange ? await tryLadder(session, given, new Date(clock.now)) : null;
  const same = tried?.ok === true && JSON.stringify(tried.ladder) === JSON.stringify(current);
  return (
    <>
      <DeskHeader tab="ladder" title={words.title} lead={words.lead} />
      {mayChange ? null : (
        <Notice tone="neutral" role="note">
          {words.adminOnly}
        </Notice>
      )}
      {tried?.ok === true ? <Tried tried={tried} version={version} same={same} clock={clock} /> : null}
      {tried?.ok === false ? (
        <Notice tone="out" role="alert" title={words.wrong}>
          {tried.message}
        </Notice>
      ) : null}
      <LadderForm
        key={tried === null ? 'current' : 'tried'}
        values={tried === null ? ladderFields(current) : { ...typedFields(given) }}
        wrong={tried?.ok === false ? tried : null}
        changed={tried !== null}
        disabledReason={mayChange ? null : words.adminOnly}
      />
    </>
  );
}

function Tried({
  tried,
  version,
  same,
  clock,
}: {
  tried: TriedLadder & { ok: true };
  version: number;
  same: boolean;
  clock: Clock;
}) {
  const { preview, otherwise, sums, ladder } = tried;
  return (
    <>
      <Simulation
        clock={clock}
        view={{
          looked: preview.looked,
          complete: preview.complete,
          otherwise,
          sums,
          rows: preview.entries.map((entry) => ({
            id: entry.entryId,
            href: paths.adminEntry(entry.entryId),
            network: networkText(entry.network),
            account: entry.account,
            server: entry.server,
            would: entry.would.map((move) => ({ ...move, at: move.at.getTime() })),
            did: entry.did.map((step) => ({ ...step, at: step.at.getTime() })),
          })),
        }}
      />
      <Card id="save" title={words.save.title} className="border-waiting-line">
        <p className="mb-3 text-second">{same ? words.save.same : words.save.text}</p>
        <ReasonForm
          action={saveLadderAction}
          label={words.save.reason}
          hint={words.save.reasonHint}
          button={words.save.submit}
          variant="primary"
          disabledReason={same ? words.save.same : null}
          hidden={{ ladder: JSON.stringify(ladder), version: String(version) }}
        />
      </Card>
    </>
  );
}
