import type { Database } from '../../db/client.ts';
import { expireEntries } from '../operations/expire-entries.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { takeNodeReports } from './take-node-reports.ts';
import { tidy } from './tidy.ts';

export type JobContext = {
  database: Database;
  now: () => Date;
  /** Told of what failed within a job that went on nevertheless. */
  onFailure: (error: unknown, what: string) => void;
};

export type Job = {
  name: string;
  /** When it runs whatever happens: minute, hour, day of month, month, day of week, in UTC. */
  cron: string;
  /** PostgreSQL channels that make it run at once. */
  nudgedBy: readonly ('node_reports' | 'whitelist')[];
  run: (context: JobContext) => Promise<void>;
};

/** Everything that happens in the background. However many processes there are, each job runs in one at a time. */
export const jobs: readonly Job[] = [
  {
    name: 'take-node-reports',
    cron: '* * * * *',
    nudgedBy: ['node_reports'],
    run: async ({ database, now, onFailure }) => {
      while ((await takeNodeReports(database, now, onFailure)) > 0);
    },
  },
  {
    name: 'gather-evidence',
    cron: '* * * * *',
    nudgedBy: ['whitelist'],
    run: async ({ database, now }) => {
      await gatherEvidence(database, now);
    },
  },
  {
    name: 'expire-entries',
    cron: '*/10 * * * *',
    nudgedBy: [],
    run: async ({ database, now }) => {
      while ((await expireEntries(database, now())) > 0);
    },
  },
  {
    name: 'tidy',
    cron: '17 3 * * *',
    nudgedBy: [],
    run: ({ database, now }) => tidy(database, now()),
  },
];
