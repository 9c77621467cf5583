import { DecidedTrips } from '../../../../components/abuse/decided-trips.tsx';
import { heldActionText } from '../../../../components/abuse/held-view.ts';
import { type HeldItemView, TripForm } from '../../../../components/abuse/trip-form.tsx';
import { When } from '../../../../components/time/when.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import {
  decidedTrips,
  type HeldItem,
  heldItems,
  type NamedEntry,
  nameEntries,
  openTrips,
  type TripRow,
} from '../../../../db/queries/abuse-desk.ts';
import { currentPolicy } from '../../../../db/queries/policy.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { DeskHeader } from '../desk-header.tsx';
import { decideAction } from './actions.ts';

const words = messages.abuse.fuse;
const MOST_ITEMS = 200;
const DECIDED = 10;

export const generateMetadata = staffTitle(words.title, 'handle_abuse');

type Clock = { now: number; timeZone: string };

/** What the fuse holds: why, the list, and the decision. */
export default async function FusePage() {
  const session = await requireStaff('handle_abuse');
  const { database } = portal();
  const clock = clockOf(session);
  const [trips, decided, { abuse: policy }] = await Promise.all([
    openTrips(database),
    decidedTrips(database, DECIDED),
    currentPolicy(database),
  ]);
  return (
    <>
      <DeskHeader tab="fuse" title={words.title} lead={words.lead} />
      {trips.length === 0 ? <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState> : null}
      {trips.map((trip) => (
        <Trip key={trip.id} trip={trip} minutes={policy.fuseMinutes} clock={clock} />
      ))}
      <DecidedTrips
        clock={clock}
        rows={decided.flatMap((trip) =>
          trip.decision === null || trip.decidedAt === null
            ? []
            : [
                {
                  id: trip.id,
                  cause: trip.cause,
                  effect: trip.effect,
                  trippedAt: trip.trippedAt.getTime(),
                  decision: trip.decision,
                  decidedAt: trip.decidedAt.getTime(),
                  person: trip.decidedByName,
                  reason: trip.reason ?? '',
                },
              ],
        )}
      />
    </>
  );
}

async function Trip({ trip, minutes, clock }: { trip: TripRow; minutes: number; clock: Clock }) {
  const { database } = portal();
  const { items, total, entries, until } = await heldItems(database, trip.id, MOST_ITEMS);
  const names = await nameEntries(
    database,
    items.flatMap(({ entryIds }) => entryIds.slice(0, 1)),
  );
  return (
    <Card
      id={`trip-${trip.id}`}
      title={`${words.causes[trip.cause]} ${words.effects[trip.effect]}`}
      aside={
        <>
          {words.since} <When at={trip.trippedAt} clock={clock} />
        </>
      }
      className="border-out-line"
    >
      <p className="font-medium">{words.held(total, entries)}</p>
      <p className="mb-4 text-second">{words.why(trip.effect, trip.gone, trip.most, trip.total, minutes)}</p>
      <TripForm
        action={decideAction.bind(null, trip.id)}
        items={items.map((item) => viewOf(item, names))}
        total={total}
        seenUntil={until.getTime()}
        clock={clock}
      />
    </Card>
  );
}

function viewOf(item: HeldItem, names: ReadonlyMap<string, NamedEntry>): HeldItemView {
  const { action } = item;
  const entry = names.get(item.entryIds[0] ?? '');
  const common = { id: item.id, action: heldActionText(action), heldAt: item.heldAt.getTime() };
  const many = words.actions.entries(item.entryIds.length);
  switch (action.kind) {
    case 'server':
      return {
        ...{ ...common, name: action.slug, isAddress: false },
        ...{ href: paths.adminEntries({ account: action.slug }), detail: `${entry?.account ?? ''}, ${many}` },
      };
    case 'account':
      return {
        ...{ ...common, name: action.slug, isAddress: false },
        ...{ href: paths.adminAccount(action.slug), detail: many },
      };
    case 'suspend_server':
      return {
        ...{ ...common, name: entry?.server ?? item.subject, isAddress: false, href: null },
        detail: `${entry?.account ?? ''}, ${many}`,
      };
    default:
      return {
        ...{ ...common, name: entry === undefined ? item.subject : networkText(entry.network) },
        ...{ isAddress: entry !== undefined, href: entry === undefined ? null : paths.adminEntry(entry.id) },
        detail: entry === undefined ? '' : `${entry.account}, ${entry.server}`,
      };
  }
}
