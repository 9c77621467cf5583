import type { ClientBase } from 'pg';
import type { Logger } from 'pino';
import type { NodeCredential, NodeServer } from '../../../db/queries/node.ts';
import type { Directory, LoginLimits } from './directory.ts';
import type { DiskCopy } from './disk-copy.ts';
import type { EntryTable } from './entry-table.ts';

/** What the node has made its own, and how long that took since it was nudged. */
export type Enforced = {
  revision: number;
  generation: string;
  entries: number;
  checksum: number;
  milliseconds: number;
  /** Since then it is enforced: longer than it is known where the end of an entry was announced. */
  agoMs: number;
  /** refused since a restore until staff confirm: how many, and the first few hundred */
  heldBack: { count: number; entries: string[] };
};

export type ReplicaOptions = {
  databaseUrl: string;
  /** a streaming replica to read from; the primary is still listened and written to */
  replicaUrl: string | null;
  node: string;
  stalenessMs: number;
  /** how often deltas are read without any nudge, and the heartbeat is written */
  pollMs?: number;
  loginLimits: LoginLimits;
  /** where the copy is kept from one start to the next; null: nowhere */
  disk?: DiskCopy | null;
  log: Logger;
  /** Servers and credentials that are about to be known otherwise. */
  onDirectory?: (servers: readonly NodeServer[], credentials: readonly NodeCredential[]) => void;
  /** What has changed is in the table now, before anybody is told of what ended. */
  onApplied?: () => void;
  /** Rows of entries that are no longer in force. */
  onEnded: (rows: readonly number[]) => void;
  /** Everything was loaded anew: rows have other numbers now. */
  onReloaded: () => void;
  onCredentialsChanged: (credentialIds: readonly string[]) => void;
  /** @param at when the heartbeat that this copy knows was written, on this thread's monotonic clock */
  onHeartbeat?: (at: number) => void;
  onEnforced: (enforced: Enforced) => void;
  /** The ladder of the policy, as it is written in the database; told now and then. */
  onPolicy?: (abuse: unknown) => void;
};

export type WhitelistReplica = {
  readonly table: () => EntryTable;
  readonly directory: () => Directory;
  /** Whether nothing may be decided on this copy: never loaded, or its heartbeat is too long ago. */
  readonly copyTooOld: () => boolean;
  /** Seconds since the heartbeat that this copy knows; infinite before the first. */
  readonly ageSeconds: () => number;
  /** On this thread's monotonic clock. */
  readonly heartbeatAt: () => number;
  readonly revision: () => number;
  /** On the connection to the primary, in its turn; null where there is none. */
  readonly onPrimary: <Value>(work: (client: ClientBase) => Promise<Value>) => Promise<Value | null>;
  /** Resolves when the copy is that of the database, or when it is the one on disk and the database cannot be reached. */
  readonly loaded: Promise<void>;
  readonly close: () => Promise<void>;
};
