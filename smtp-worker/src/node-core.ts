import type { AutomaticCause } from '../../lib/domain/auto-submitted.ts';
import type { BrakeReader } from './brakes.ts';
import type { ClientCounts } from './client-counts.ts';
import type { SpamSeen } from './content/content-checks.ts';
import type { SignIn } from './proofs.ts';
import type { Rates } from './rates.ts';
import type { ReportKind } from './reports.ts';
import type { MailCount } from './session/tally.ts';
import type {
  AddressStanding,
  CredentialCheck,
  Login,
  LoginStanding,
  ProofAnswer,
  ProofRequest,
} from './session/types.ts';
import type { TlsContext } from './tls-context.ts';

/**
 * What sessions need of the one part of a node that knows the whitelist and speaks to the database. What is asked at
 * every command is answered at once, from memory; what waits anyway may be answered by another thread.
 */
export type NodeCore = {
  readonly copyTooOld: () => boolean;
  readonly standing: (address: string) => AddressStanding;
  readonly loginStanding: (login: Login) => LoginStanding;
  readonly isDenied: (client: string) => boolean;
  readonly rates: Rates;
  readonly counts: () => ClientCounts;
  readonly tls: TlsContext | null;
  readonly checkCredentials: (
    username: string,
    password: string,
    client: string | null,
  ) => Promise<CredentialCheck>;
  readonly keepProof: (request: ProofRequest) => Promise<ProofAnswer>;
  readonly signedIn: (signIn: SignIn) => void;
  readonly withdrawProof: (proof: { reportId: string; entryId: string }, cause: AutomaticCause) => void;
  readonly countMail: (mail: MailCount) => void;
  readonly brakes: BrakeReader;
  readonly spamSeen: (spam: SpamSeen) => undefined;
  /** A report that may be written later. */
  readonly tell: (kind: ReportKind, payload: object) => void;
};
