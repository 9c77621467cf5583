import type { Logger } from 'pino';
import type { AutomaticCause } from '../../lib/domain/auto-submitted.ts';
import type { Connection } from './connection.ts';
import type { NodeMetrics } from './metrics.ts';
import type { SignIn } from './proofs.ts';
import type { MailCount } from './session/tally.ts';
import type {
  CredentialCheck,
  Envelope,
  HandOver,
  HandOverEvents,
  ProofAnswer,
  ProofRequest,
  RefusalRecord,
  SessionFacts,
  SessionSettings,
  TransactionRecord,
} from './session/types.ts';
import type { TlsContext } from './tls-context.ts';

/** What every connection of a node shares. */
export type NodeServices = {
  readonly facts: SessionFacts;
  readonly settings: SessionSettings;
  readonly tls: TlsContext | null;
  /** Deadlines go by it: it is never set. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
  readonly metrics: NodeMetrics;
  readonly checkCredentials: (
    username: string,
    password: string,
    client: string | null,
  ) => Promise<CredentialCheck>;
  readonly signedIn: (signIn: SignIn) => void;
  readonly keepProof: (request: ProofRequest) => Promise<ProofAnswer>;
  readonly withdrawProof: (proof: { reportId: string; entryId: string }, cause: AutomaticCause) => void;
  readonly openHandOver: (envelope: Envelope, events: HandOverEvents) => HandOver;
  /** Connections by the entry that they rest on. */
  readonly rests: (entry: number, connection: Connection) => void;
  readonly restsNoMore: (entry: number, connection: Connection) => void;
  /** What does not have to be done before the next client hears that its session is over. */
  readonly thereafter: (work: () => void) => void;
  readonly logTransaction: (record: TransactionRecord) => void;
  readonly countMail: (mail: MailCount) => void;
  readonly logRefusal: (record: RefusalRecord) => void;
};
