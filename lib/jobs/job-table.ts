import type { Database } from '../../db/client.ts';
import {
  dueEntries,
  forgetEndedRuns,
  neverAskedEntries,
  uncheckedRequests,
} from '../../db/queries/evidence.ts';
import type { Gatherer } from '../adapters/gathering.ts';
import type { Resolver } from '../adapters/resolver.ts';
import { applyHeld } from '../operations/apply-held.ts';
import { endCancelledEntries } from '../operations/end-cancelled.ts';
import { expireEntries } from '../operations/expire-entries.ts';
import { expireIdle } from '../operations/expire-idle.ts';
import { judgeFading } from '../operations/judge-fading.ts';
import { judgeTraffic } from '../operations/judge-traffic.ts';
import { rollUpTraffic } from '../operations/roll-up-traffic.ts';
import { applyRetention } from './apply-retention.ts';
import { approveMetRequests } from './approve-met-requests.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { lookForDnsProofs } from './look-for-dns-proofs.ts';
import type { MailOffice } from './mail-office.ts';
import { noteHeads } from './note-heads.ts';
import { recheckDomains } from './recheck-domains.ts';
import { refreshRdapBootstrap } from './refresh-rdap-bootstrap.ts';
import { remind } from './remind.ts';
import { sendMail } from './send-mail.ts';
import { takeNodeReports } from './take-node-reports.ts';
import { tellOfDisagreement } from './tell-of-disagreement.ts';
import { tidy } from './tidy.ts';

export type JobContext = {
  database: Database;
  now: () => Date;
  /** Told of what failed within a job that went on nevertheless. */
  onFailure: (error: unknown, what: string) => void;
  /** Told of what is worth keeping outside the database. */
  onNote: (what: string, values: object) => void;
  /** The sources of evidence that are configured. Requests and re-checks do not wait for each other's turns at them. */
  gatherers: { ofRequests: readonly Gatherer[]; again: readonly Gatherer[] };
  resolver: Resolver;
  /** Makes notification mail and hands it on. */
  office: MailOffice;
  /** Puts pieces of work into a queue, unless they are queued or worked on already. */
  enqueue: (queue: WorkQueueName, entryIds: readonly string[]) => Promise<void>;
};

export type Job = {
  name: string;
  /** When it runs whatever happens: minute, hour, day of month, month, day of week, in UTC. */
  cron: string;
  /** PostgreSQL channels that make it run at once. */
  nudgedBy: readonly ('node_reports' | 'whitelist' | 'outbox' | 'fuse')[];
  run: (context: JobContext) => Promise<void>;
};

export type WorkQueueName = 'evidence-of-requests' | 'evidence-again';

/** Work on one entry each, done by every process at once; of one entry, one piece at a time. */
export type WorkQueue = {
  name: WorkQueueName;
  /** How many pieces one process works on at the same time. */
  concurrency: number;
  run: (context: JobContext, entryId: string) => Promise<void>;
};

/**
 * Requests have workers of their own, so that no number of re-checks makes one wait. Re-checks of 100,000 entries a day
 * are 70 a minute: with every source silent until the end of its nine seconds, twelve workers do 80. More of them would
 * only fail at a registry that all of them want, as each waits for its turn there.
 */
export const workQueues: readonly WorkQueue[] = [
  {
    name: 'evidence-of-requests',
    concurrency: 8,
    run: (context, entryId) =>
      gatherEvidence({ ...context, gatherers: context.gatherers.ofRequests }, entryId),
  },
  {
    name: 'evidence-again',
    concurrency: 12,
    run: (context, entryId) => gatherEvidence({ ...context, gatherers: context.gatherers.again }, entryId),
  },
];

/** What is put into the queue of re-checks at once: two minutes' work, so that it never grows long. */
const RECHECK_BATCH = 200;
const REQUEST_BATCH = 500;

/** Everything that happens in the background. However many processes there are, each job runs in one at a time. */
export const jobs: readonly Job[] = [
  {
    name: 'take-node-reports',
    cron: '* * * * *',
    nudgedBy: ['node_reports'],
    run: async ({ database, now, office, onFailure }) => {
      while ((await takeNodeReports(database, now, office.secrets, onFailure)) > 0);
    },
  },
  {
    name: 'compare-nodes',
    cron: '* * * * *',
    nudgedBy: [],
    run: async ({ database, now, onFailure }) => {
      await tellOfDisagreement(database, now(), onFailure);
    },
  },
  {
    name: 'gather-evidence',
    cron: '* * * * *',
    nudgedBy: ['whitelist'],
    run: async ({ database, enqueue }) => {
      await enqueue('evidence-of-requests', await uncheckedRequests(database, REQUEST_BATCH));
    },
  },
  {
    name: 'approve-met-requests',
    cron: '* * * * *',
    nudgedBy: ['whitelist'],
    run: async ({ database, now, onFailure }) => {
      await approveMetRequests(database, now(), onFailure);
    },
  },
  {
    name: 'recheck-evidence',
    cron: '* * * * *',
    nudgedBy: [],
    run: async ({ database, now, enqueue }) => {
      await forgetEndedRuns(database, now());
      const due = await dueEntries(database, now(), RECHECK_BATCH);
      const inherited = await neverAskedEntries(database, RECHECK_BATCH - due.length);
      await enqueue('evidence-again', [...due, ...inherited]);
    },
  },
  {
    name: 'look-for-dns-proofs',
    cron: '*/5 * * * *',
    nudgedBy: [],
    run: async (context) => {
      await lookForDnsProofs(context);
    },
  },
  {
    name: 'recheck-domains',
    cron: '*/10 * * * *',
    nudgedBy: [],
    run: async (context) => {
      await recheckDomains(context);
    },
  },
  {
    name: 'refresh-rdap-bootstrap',
    cron: '41 4 * * 1',
    nudgedBy: [],
    run: async ({ database, now }) => {
      await refreshRdapBootstrap(database, now());
    },
  },
  {
    name: 'expire-entries',
    cron: '*/10 * * * *',
    nudgedBy: [],
    run: async ({ database, now }) => {
      while ((await expireEntries(database, now())) > 0);
      while ((await expireIdle(database, now())) > 0);
    },
  },
  {
    name: 'end-cancelled',
    cron: '23 * * * *',
    nudgedBy: [],
    run: async ({ database, now }) => {
      while ((await endCancelledEntries(database, now())) > 0);
    },
  },
  {
    name: 'roll-up-traffic',
    cron: '*/5 * * * *',
    nudgedBy: [],
    run: async ({ database, now, onFailure }) => {
      while ((await rollUpTraffic(database)) > 0);
      // What the hours are judged by has just been made.
      await judgeTraffic(database, now(), onFailure);
    },
  },
  {
    name: 'judge-fading',
    cron: '*/10 * * * *',
    nudgedBy: [],
    run: async ({ database, now, onFailure }) => {
      while ((await judgeFading(database, now(), onFailure)) > 0);
    },
  },
  {
    name: 'apply-held',
    cron: '* * * * *',
    nudgedBy: ['fuse'],
    run: async ({ database, now, onFailure }) => {
      while ((await applyHeld(database, now(), onFailure)) > 0);
    },
  },
  {
    name: 'send-mail',
    cron: '* * * * *',
    nudgedBy: ['outbox'],
    run: async (context) => {
      await sendMail(context);
    },
  },
  {
    name: 'remind',
    cron: '*/10 * * * *',
    nudgedBy: [],
    run: ({ database, now }) => remind(database, now()),
  },
  {
    name: 'note-heads',
    cron: '7 * * * *',
    nudgedBy: [],
    run: ({ database, now, onNote }) => noteHeads(database, now(), onNote),
  },
  {
    name: 'apply-retention',
    cron: '37 3 * * *',
    nudgedBy: [],
    run: ({ database, now }) => applyRetention(database, now()),
  },
  {
    name: 'tidy',
    cron: '17 3 * * *',
    nudgedBy: [],
    run: ({ database, now }) => tidy(database, now()),
  },
];
