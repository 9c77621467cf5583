import type { NodeCredential, NodeServer } from '../../../db/queries/node.ts';
import type { AutomaticCause } from '../../../lib/domain/auto-submitted.ts';
import type { BrakeNews } from '../brakes.ts';
import type { CountMemory } from '../client-counts.ts';
import type { SpamSeen } from '../content/content-checks.ts';
import type { NodeEnvironment } from '../env.ts';
import type { ListenAddress } from '../listeners.ts';
import type { MetricsOfThread } from '../metrics.ts';
import type { OffersMemory } from '../next-hop/hop-offers.ts';
import type { SignIn } from '../proofs.ts';
import type { RateMemory } from '../rates.ts';
import type { ReportKind } from '../reports.ts';
import type { MailCount } from '../session/tally.ts';
import type { CredentialCheck, ProofAnswer, ProofRequest } from '../session/types.ts';
import type { TlsTexts } from '../tls-context.ts';
import type { Directory } from '../whitelist/directory.ts';
import type { Terms } from '../whitelist/entry-table.ts';

// What the main thread and the threads with sessions say to one another.

export const role = 'sessions';

/** What a thread is started with. */
export type ThreadStart = {
  role: typeof role;
  /** from 1, never given twice */
  number: number;
  environment: NodeEnvironment;
  addresses: readonly ListenAddress[];
  pulse: SharedArrayBuffer;
  /** of the pulse's clock, in milliseconds of `process.hrtime` */
  pulseBaseMs: number;
  rates: RateMemory;
  counts: CountMemory;
  hopOffers: OffersMemory;
  tls: TlsTexts | null;
};

/** The memory in which the rows and their indexes lie now. */
export type CopyMemory = {
  rows: SharedArrayBuffer;
  index: SharedArrayBuffer;
  removed: SharedArrayBuffer;
};

/** News are told in the order in which they happened, terms before any row that names them. */
export type ToThread =
  | ({ kind: 'copy'; terms: readonly Terms[]; directory: Directory } & CopyMemory)
  | ({ kind: 'moved' } & CopyMemory)
  | { kind: 'terms'; number: number; terms: Terms }
  | { kind: 'directory'; servers: readonly NodeServer[]; credentials: readonly NodeCredential[] }
  | { kind: 'ended'; rows: readonly number[] }
  | { kind: 'deny'; index: SharedArrayBuffer }
  | { kind: 'tls'; texts: TlsTexts }
  | { kind: 'brake'; news: BrakeNews }
  | { kind: 'sign-in refused'; username: string; client: string | null }
  | { kind: 'recount'; counts: CountMemory }
  | { kind: 'metrics'; question: number }
  | { kind: 'drain'; withinMs: number }
  | { kind: 'answer'; question: number; answer: CredentialCheck | ProofAnswer };

export type Question =
  | { about: 'credentials'; username: string; password: string; client: string | null }
  | { about: 'proof'; request: ProofRequest };

export type FromThread =
  | { kind: 'listening'; addresses: readonly ListenAddress[] }
  | { kind: 'cannot listen'; message: string }
  | { kind: 'question'; question: number; asked: Question }
  | { kind: 'signed in'; signIn: SignIn }
  | { kind: 'withdraw proof'; proof: { reportId: string; entryId: string }; cause: AutomaticCause }
  /** of addresses that no entry answers for */
  | { kind: 'mail of strangers'; mail: readonly MailCount[] }
  | { kind: 'spam seen'; spam: SpamSeen }
  | { kind: 'report'; report: ReportKind; payload: object }
  /** Said where it has changed. */
  | { kind: 'turns all away'; all: boolean }
  | { kind: 'log'; lines: string }
  | { kind: 'metrics'; question: number; metrics: MetricsOfThread }
  | { kind: 'drained' };
