import { eq } from 'drizzle-orm';
import { servers, signals } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { decideProposal, liftSuspension, proposeCancellation } from './account-sanctions.ts';
import { approveEntry } from './approve-entry.ts';
import { askQuestion } from './ask-question.ts';
import { assignReport } from './assign-report.ts';
import { callOffTakeover } from './call-off-takeover.ts';
import { closeAccount } from './close-account.ts';
import { confirmRestored } from './confirm-restored.ts';
import { decideFuse } from './decide-fuse.ts';
import { erasePerson } from './erase-person.ts';
import { grantScope } from './grant-scope.ts';
import { markCritical } from './mark-critical.ts';
import { raiseSignal } from './raise-signal.ts';
import { refuseScope } from './refuse-scope.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { reopenAccount } from './reopen-account.ts';
import { reportEntry } from './report-entry.ts';
import { requestOnBehalf } from './request-on-behalf.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Actor, Result } from './result.ts';
import { setSignalAside } from './set-signal-aside.ts';
import { settleReport } from './settle-report.ts';
import { startTakeover } from './start-takeover.ts';
import { suspendEntry } from './suspend-entry.ts';
import { currentRow, testNow as now } from './testing.ts';
import { makePerson } from './testing-people.ts';
import {
  base,
  contested,
  freshAccount,
  freshAddress,
  heldBackByNode,
  heldByFuse,
  ofGlobex,
  own,
  passes,
  proposal,
  report,
  request,
  type Stage,
  wishes,
} from './testing-staff-stage.ts';

// For tests: every operation of staff that changes something of one account, each in a scene in which it would pass.

/** Who plays it, and what is other than in the scene. */
type Given = { actor: Actor; reason?: string; revision?: number };
type Play = (given: Given) => Promise<Result<object>>;
/** Which operation, of what, and a scene that is set anew each time. */
export type StaffScene = readonly [operation: string, of: string, set: (stage: Stage) => Promise<Play>];

const side = 'staff' as const;
const suspended = { status: 'suspended', platformStatus: 'active', suspendedForAbuseAt: now } as const;
const cancelled = { status: 'cancelled', platformStatus: 'active', cancelledByStaffAt: now } as const;
const afterTakeover = addDays(now, 8);

const fuseScene = (decision: 'apply' | 'discard'): StaffScene => [
  'decideFuse',
  `${decision}, what is held`,
  async (stage) => {
    const tripId = await heldByFuse(stage, [(await own(stage)).id]);
    return (given) => decideFuse({ ...base(stage, ''), ...given, tripId, decision });
  },
];

const onRequest = (
  operation: string,
  act: (on: ReturnType<typeof base> & Given) => Promise<Result<object>>,
): StaffScene[] => [
  [
    operation,
    'a request',
    async (stage) => {
      const { id } = await request(stage);
      return (given) => act({ ...base(stage, id), ...given });
    },
  ],
  [
    operation,
    'a request for what the account holds',
    async (stage) => {
      const { rival } = await contested(stage, 'acme');
      return (given) => act({ ...base(stage, rival), ...given, now: afterTakeover });
    },
  ],
];

const onLive = (
  operation: string,
  act: (on: ReturnType<typeof base> & Given) => Promise<Result<object>>,
): StaffScene[] => [
  [
    operation,
    'an entry',
    async (stage) => {
      const { id } = await own(stage);
      return (given) => act({ ...base(stage, id), ...given });
    },
  ],
  [
    operation,
    'an entry that the account wants to take over',
    async (stage) => {
      const { held } = await contested(stage, 'globex');
      return (given) => act({ ...base(stage, held), ...given });
    },
  ],
];

export const staffScenes: readonly StaffScene[] = [
  ...onRequest('approveEntry', (on) => approveEntry({ ...on, override: [] })),
  ...onRequest('rejectEntry', rejectEntry),
  ...onRequest('askQuestion', askQuestion),
  ...onLive('suspendEntry', (on) => suspendEntry({ ...on, side })),
  ...onLive('removeEntry', (on) => removeEntry({ ...on, side })),
  ...onLive('markCritical', (on) => markCritical({ ...on, critical: true })),
  ...onLive('reportEntry', (on) => reportEntry({ ...on, grade: 'minor' })),
  [
    'restoreEntry',
    'a suspended entry',
    async (stage) => {
      const { id } = await own(stage);
      await passes(suspendEntry({ ...base(stage, id), actor: stage.cast.support, side }));
      return (given) => restoreEntry({ ...base(stage, id), ...given, side });
    },
  ],
  [
    'grantScope',
    'a wish',
    async (stage) => {
      const id = await wishes(stage);
      return (given) => grantScope({ ...base(stage, id), ...given });
    },
  ],
  [
    'refuseScope',
    'a wish',
    async (stage) => {
      const id = await wishes(stage);
      return (given) => refuseScope({ ...base(stage, id), ...given });
    },
  ],
  ...(['acme', 'globex'] as const).flatMap((holder): StaffScene[] => [
    [
      'startTakeover',
      `what ${holder} holds`,
      async (stage) => {
        const { rival } = await contested(stage, holder, false);
        return (given) => startTakeover({ ...base(stage, rival), ...given });
      },
    ],
    [
      'callOffTakeover',
      `what ${holder} holds`,
      async (stage) => {
        const { rival } = await contested(stage, holder);
        return (given) => callOffTakeover({ ...base(stage, rival), ...given });
      },
    ],
  ]),
  ...['an entry', 'an entry that the account wants to take over'].flatMap((of, index): StaffScene[] => {
    const concerned = async (stage: Stage) =>
      index === 0 ? await own(stage) : currentRow(stage.db.database, (await contested(stage, 'globex')).held);
    return [
      [
        'setSignalAside',
        `a signal of ${of}`,
        async (stage) => {
          const { database } = stage.db;
          const { id: entryId } = await concerned(stage);
          const dedupeKey = entryId;
          await raiseSignal(
            database,
            { entryId, kind: 'listed', at: now, source: 'evidence', dedupeKey },
            now,
          );
          const [raised] = await database.select().from(signals).where(eq(signals.entryId, entryId));
          return (given) => setSignalAside({ ...base(stage, ''), ...given, signalId: raised?.id ?? '' });
        },
      ],
      [
        'assignReport',
        `to ${of}`,
        async (stage) => {
          const [address = ''] = (await concerned(stage)).network.split('/');
          const reportId = await report(stage, {});
          return (given) =>
            assignReport({ ...base(stage, ''), ...given, reportId, address, grade: 'complaint' });
        },
      ],
    ];
  }),
  [
    'assignReport',
    'to somebody else, what is about an entry',
    async (stage) => {
      const { id: entryId, serverId } = await own(stage);
      const address = freshAddress();
      await ofGlobex(stage, address);
      const reportId = await report(stage, { mappedBy: 'source_ip', entryId, serverId });
      return (given) => assignReport({ ...base(stage, ''), ...given, reportId, address, grade: 'complaint' });
    },
  ],
  [
    'settleReport',
    'what is about a server',
    async (stage) => {
      const { serverId } = await own(stage);
      const reportId = await report(stage, { mappedBy: 'attribution', serverId });
      return (given) => settleReport({ ...base(stage, ''), ...given, reportId });
    },
  ],
  [
    'settleReport',
    'what may be about an entry',
    async (stage) => {
      const sourceIp = freshAddress();
      await own(stage, sourceIp);
      const reportId = await report(stage, { sourceIp, notMapped: 'malformed' });
      return (given) => settleReport({ ...base(stage, ''), ...given, reportId });
    },
  ],
  fuseScene('apply'),
  fuseScene('discard'),
  [
    'confirmRestored',
    'what nodes hold back',
    async (stage) => {
      const { id } = await own(stage);
      await heldBackByNode(stage, [id]);
      return (given) => confirmRestored({ ...base(stage, ''), ...given, entryIds: [id] });
    },
  ],
  [
    'requestOnBehalf',
    'an address for the account',
    async (stage) => {
      const wanted = { server: 'acme-production', network: freshAddress(), purpose: 'Scanners' };
      return (given) => requestOnBehalf({ ...base(stage, ''), ...given, request: wanted });
    },
  ],
  [
    'proposeCancellation',
    'the account',
    async (stage) => {
      const { slug } = await freshAccount(stage);
      return (given) => proposeCancellation({ ...base(stage, ''), ...given, slug });
    },
  ],
  ...(['do', 'dismiss'] as const).map(
    (decision): StaffScene => [
      'decideProposal',
      `${decision}, about the account`,
      async (stage) => {
        const proposalId = await proposal(stage);
        return (given) => decideProposal({ ...base(stage, ''), ...given, proposalId, decision });
      },
    ],
  ),
  [
    'liftSuspension',
    'of the account',
    async (stage) => {
      const { slug } = await freshAccount(stage, suspended);
      return (given) => liftSuspension({ ...base(stage, ''), ...given, of: 'account', slug });
    },
  ],
  [
    'liftSuspension',
    'of its server',
    async (stage) => {
      const { id: accountId, slug } = await freshAccount(stage);
      await stage.db.database.insert(servers).values({ accountId, slug, name: slug, ...suspended });
      return (given) => liftSuspension({ ...base(stage, ''), ...given, of: 'server', slug });
    },
  ],
  [
    'closeAccount',
    'the account',
    async (stage) => {
      const { slug } = await freshAccount(stage);
      return (given) => closeAccount({ ...base(stage, ''), ...given, slug });
    },
  ],
  [
    'reopenAccount',
    'the account',
    async (stage) => {
      const { slug } = await freshAccount(stage, cancelled);
      return (given) => reopenAccount({ ...base(stage, ''), ...given, slug });
    },
  ],
  [
    'erasePerson',
    'another member of the account',
    async (stage) => {
      const { id: accountId, slug } = await freshAccount(stage);
      const person = { email: `${slug}@acme.example`, member: [{ accountId, role: 'owner' as const }] };
      const personId = await makePerson(stage.db.database, person);
      return (given) => erasePerson({ ...base(stage, ''), ...given, personId });
    },
  ],
];
