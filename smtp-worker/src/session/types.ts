import type { AutomaticCause } from '../../../lib/domain/auto-submitted.ts';
import type { RelayScope, Standing } from '../../../lib/domain/smtp-decision.ts';
import type { Mailbox } from '../../../lib/domain/smtp-path.ts';
import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import type { Load } from '../load.ts';
import type { MailCount } from './tally.ts';

// A session knows no socket, no clock and no database. Octets and events come in by function calls, `SessionHost` is
// what goes out, `SessionFacts` is what it may ask. Nothing here waits: an effect with a result calls back later.

/** The entry that covers an address, and what it allows. */
export type EntryTerms = {
  /** the entry's number on this node: sessions that rest on it are found by it */
  readonly number: number;
  readonly entryId: string;
  readonly serverSlug: string;
  readonly scope: RelayScope;
};

export type AddressStanding =
  | { readonly standing: 'in_force'; readonly terms: EntryTerms }
  | { readonly standing: Exclude<Standing, 'in_force'>; readonly terms: null };

/** Who has signed in. */
export type Login = { readonly credentialId: string; readonly username: string };

/** How a credential stands now: `none` once it has ended. */
export type LoginStanding =
  | { readonly standing: 'in_force'; readonly serverSlug: string; readonly scope: RelayScope }
  | { readonly standing: 'lapsed' | 'cancelled' | 'none' };

export type CredentialCheck =
  | { readonly ok: true; readonly login: Login }
  | {
      readonly ok: false;
      readonly rule: 'credentials_wrong' | 'credentials_not_checked';
      readonly reason: string;
    };

export type ProofRequest = {
  readonly address: string;
  readonly token: string;
  readonly mailFrom: Mailbox | null;
  readonly ehlo: string;
  readonly tls: string | null;
};

/** `not_live`: no pending entry of this address has that token. `entryId` null: a code to find an address with. */
export type ProofAnswer =
  | { readonly ok: true; readonly reportId: string; readonly entryId: string | null }
  | {
      readonly ok: false;
      readonly rule: 'not_live' | 'proof_sender' | 'report_not_kept';
      readonly reason: string;
    };

/** What a client is told with EHLO that it may send, and a next hop that it takes. */
export type MailOffers = {
  /** 8BITMIME (RFC 6152) */
  readonly eightBit: boolean;
  /** SMTPUTF8 (RFC 6531) */
  readonly utf8: boolean;
};

/** What the session asks: answered at once, from memory. */
export type SessionFacts = {
  /** the clock of the day */
  readonly nowMs: () => number;
  /** a clock that is never set */
  readonly elapsedMs: () => number;
  readonly copyTooOld: () => boolean;
  /** What the next hops take, as far as is known. */
  readonly offers: () => MailOffers;
  readonly load: () => Load;
  readonly standing: (address: string) => AddressStanding;
  readonly loginStanding: (login: Login) => LoginStanding;
  /** Counts one message of the entry within the hour. @returns false, and counts nothing, where that is too many */
  readonly takeRate: (terms: EntryTerms) => boolean;
  /** Whether this node takes nothing of the entry for now, because of what it has seen of it. */
  readonly heldByNode: (terms: EntryTerms) => boolean;
  /** Gives back what was counted for a message that was not handed on. */
  readonly returnRate: (terms: EntryTerms) => void;
  readonly reference: (rule: SmtpRefusal, address: string | null) => string;
  readonly newTransactionId: () => string;
  /** Value of the attribution field. */
  readonly attribution: (who: { server: string; entry: string | null; transaction: string }) => string;
  readonly toAscii: (domain: string) => string | null;
};

export type SessionSettings = {
  readonly publicName: string;
  readonly portalUrl: string;
  readonly proofDomain: string;
  readonly tlsAvailable: boolean;
  /** octets: most for anyone, announced by SIZE */
  readonly messageBytes: number;
};

/** What is told to the next hop about a message before its recipients. */
export type Envelope = {
  readonly transactionId: string;
  /** the entry that the message rests on, null for a client that has signed in */
  readonly entryId: string | null;
  /** slug of the server that answers for the message */
  readonly server: string;
  readonly sender: string;
  readonly declaredSize: number | null;
  readonly eightBit: boolean;
  readonly utf8: boolean;
  /** what the client was told that it may send */
  readonly offered: MailOffers;
  readonly client: {
    readonly address: string | null;
    /** TCP port from which it has connected, null where that is not known */
    readonly port: number | null;
    readonly ehlo: string;
    readonly protocol: 'SMTP' | 'ESMTP';
    readonly login: string | null;
  };
};

export type HandOverAnswer =
  | { readonly kind: 'accepted'; readonly text: string }
  | {
      readonly kind: 'refused';
      readonly code: number;
      readonly enhanced: string | null;
      readonly text: string;
    }
  | { readonly kind: 'away'; readonly reason: string };

/** One message on its way to the next hop. Every question is answered once, in order, and never within the call. */
export type HandOver = {
  readonly recipient: (path: string) => void;
  readonly openBody: () => void;
  /** Octets as they go over the wire, dots stuffed. @returns false: wait for `drained` */
  readonly write: (octets: Buffer) => boolean;
  /** The last octets, the closing dot line included. */
  readonly finish: (octets: Buffer) => void;
  /** Whatever state it is in: nothing of the message remains at the next hop. No answer follows. */
  readonly abandon: () => void;
};

export type HandOverEvents = {
  readonly recipientAnswered: (answer: HandOverAnswer) => void;
  readonly bodyOpened: (answer: HandOverAnswer) => void;
  readonly drained: () => void;
  readonly finished: (answer: HandOverAnswer) => void;
};

export type RefusedRecipient = {
  readonly to: string;
  readonly rule: SmtpRefusal;
  readonly reason: string;
  readonly reference: string;
};

/** One line of the log for each mail transaction. No bodies, no secrets. */
export type TransactionRecord = {
  readonly transaction: string;
  readonly client: string | null;
  readonly ehlo: string;
  readonly tls: string | null;
  readonly login: string | null;
  readonly server: string | null;
  readonly entry: string | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly refused: readonly RefusedRecipient[];
  readonly proofs: readonly string[];
  readonly bytes: number;
  readonly outcome: 'accepted' | 'discarded' | 'refused' | 'abandoned';
  readonly reply: string | null;
  readonly rule: SmtpRefusal | null;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly milliseconds: number;
};

export type RefusalRecord = {
  readonly client: string | null;
  readonly ehlo: string;
  readonly rule: SmtpRefusal;
  readonly reason: string;
  readonly reference: string;
};

/** What goes out. */
export type SessionHost = {
  /** @returns false: the client does not read, wait for `clientHasRead` */
  readonly send: (text: string) => boolean;
  /** Answered by `tlsStarted`. */
  readonly startTls: () => void;
  /** Answered by `credentialsChecked`. */
  readonly checkCredentials: (username: string, password: string) => void;
  /** Answered by `proofAnswered`, in the order of the requests. */
  readonly keepProof: (request: ProofRequest) => void;
  readonly withdrawProof: (proof: { reportId: string; entryId: string }, cause: AutomaticCause) => void;
  readonly openHandOver: (envelope: Envelope, events: HandOverEvents) => HandOver;
  /** Stops and starts reading from the client. */
  readonly pause: () => void;
  readonly resume: () => void;
  /**
   * Sends what is to be sent, says that no more follows, and reads what still comes without looking at it; `atOnce`
   * where nothing can come that is worth waiting for.
   */
  readonly close: (atOnce: boolean) => void;
  /** The entry that this connection now rests on; when it ends, `entryEnded` is to be called. */
  readonly restsOn: (entry: number | null) => void;
  readonly logTransaction: (record: TransactionRecord) => void;
  /** Said once of each message, with its end. */
  readonly countMail: (mail: MailCount) => void;
  readonly logRefusal: (record: RefusalRecord) => void;
};
