import { domainToASCII } from 'node:url';
import type { AutomaticCause } from '../../../lib/domain/auto-submitted.ts';
import type { RelayScope } from '../../../lib/domain/smtp-decision.ts';
import { credentialsChecked } from '../session/auth.ts';
import { proofAnswered } from '../session/proof.ts';
import { createSession, openSession, receive, type Session, tlsStarted } from '../session/session.ts';
import type { MailCount } from '../session/tally.ts';
import type {
  AddressStanding,
  CredentialCheck,
  Envelope,
  HandOverAnswer,
  HandOverEvents,
  LoginStanding,
  ProofAnswer,
  ProofRequest,
  RefusalRecord,
  SessionFacts,
  SessionHost,
  SessionSettings,
  TransactionRecord,
} from '../session/types.ts';

/** What a next hop was told, in order; bodies in one piece. */
export type TestNextHop = {
  readonly envelopes: Envelope[];
  /** `RCPT …`, `DATA`, `DOT`, `ABANDON` */
  readonly commands: string[];
  body: string;
  /** Answers to give, by command; `accepted` where none is named. */
  readonly answers: Map<string, HandOverAnswer>;
  /** What `write` says: false for a next hop that cannot follow. */
  follows: boolean;
  drained: () => void;
};

export type TestSession = {
  readonly session: Session;
  readonly nextHop: TestNextHop;
  readonly transactions: TransactionRecord[];
  readonly refusals: RefusalRecord[];
  readonly mails: MailCount[];
  readonly proofs: ProofRequest[];
  readonly withdrawn: { reportId: string; entryId: string; cause: AutomaticCause }[];
  readonly writes: string[];
  /** `restsOn` as last said. */
  restsOn: number | null;
  closed: boolean;
  paused: boolean;
  /** the client takes what it is told */
  reads: boolean;
  tlsAsked: number;
  nowMs: number;
  elapsedMs: number;
  /** Sends octets (latin1) and gives what was said since, all answers due included. */
  readonly send: (text: string | Buffer) => string;
  /** Lets everything that is due be answered. */
  readonly settle: () => void;
  /** What was said since the last look. */
  readonly said: () => string;
};

export type TestSessionOptions = {
  client?: string | null;
  tls?: string | null;
  standing?: AddressStanding;
  scope?: Partial<RelayScope>;
  login?: LoginStanding;
  credentials?: (username: string, password: string) => CredentialCheck;
  proof?: (request: ProofRequest) => ProofAnswer;
  settings?: Partial<SessionSettings>;
  facts?: Partial<SessionFacts>;
  /** Answers are not given before `settle` is called. */
  manual?: boolean;
  /** Says EHLO and throws the answer away. */
  greeted?: boolean;
};

export const testScope: RelayScope = {
  senderDomains: new Set(['acme.example']),
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: 100,
  recipientsPerMessage: 10,
  messageBytes: 100_000,
  sandboxUntil: null,
  needs: 'either',
};

export const notListed: AddressStanding = { standing: 'none', terms: null };

export const signedIn: CredentialCheck = {
  ok: true,
  login: { credentialId: '0198c1d2-0000-7000-8000-000000000002', username: 'acme-production' },
};

export function listed(scope: Partial<RelayScope> = {}): AddressStanding {
  return {
    standing: 'in_force',
    terms: {
      number: 7,
      entryId: '0198c1d2-0000-7000-8000-000000000001',
      serverSlug: 'acme-production',
      scope: { ...testScope, ...scope },
    },
  };
}

const accepted: HandOverAnswer = { kind: 'accepted', text: '250 2.0.0 Ok' };

/** A session with everything around it in memory; no clock runs and nothing is awaited. */
export function openTestSession(options: TestSessionOptions = {}): TestSession {
  const due: (() => void)[] = [];
  let said = '';
  const nextHop: TestNextHop = {
    envelopes: [],
    commands: [],
    body: '',
    answers: new Map(),
    follows: true,
    drained: () => {},
  };
  const { host, state } = testHost();
  const session = createSession({
    host,
    facts: testFacts(),
    settings: {
      publicName: 'mx.postern.example',
      portalUrl: 'https://portal.example',
      proofDomain: 'proof.example',
      tlsAvailable: true,
      messageBytes: 1_000_000,
      ...options.settings,
    },
    client: options.client === undefined ? '203.0.113.5' : options.client,
    clientPort: options.client === null ? null : 50123,
    tls: options.tls ?? null,
  });
  openSession(session, null);
  if (options.greeted) state.send('EHLO client.example\r\n');
  return state;

  function testFacts(): SessionFacts {
    const standing = options.standing ?? listed(options.scope);
    let transactions = 0;
    return {
      nowMs: () => state.nowMs,
      elapsedMs: () => state.elapsedMs,
      copyTooOld: () => false,
      offers: () => ({ eightBit: true, utf8: true }),
      load: () => 'calm',
      standing: () => standing,
      loginStanding: () =>
        options.login ?? { standing: 'in_force', serverSlug: 'acme-production', scope: testScope },
      takeRate: () => true,
      heldByNode: () => false,
      returnRate: () => {},
      reference: (rule) => `PX-${rule.toUpperCase().replaceAll('_', '')}`,
      newTransactionId: () => {
        transactions += 1;
        return `T${transactions}`;
      },
      attribution: ({ server, entry, transaction }) => `v=1; ${server}; ${entry}; ${transaction}`,
      toAscii: (domain) => domainToASCII(domain) || null,
      ...options.facts,
    };
  }

  function testHost(): { host: SessionHost; state: TestSession } {
    const open: TestSession = {
      get session() {
        return session;
      },
      nextHop,
      transactions: [],
      refusals: [],
      mails: [],
      proofs: [],
      withdrawn: [],
      writes: [],
      restsOn: null,
      closed: false,
      paused: false,
      reads: true,
      tlsAsked: 0,
      nowMs: Date.UTC(2026, 2, 1, 12),
      elapsedMs: 7_200_000.25,
      send: (text) => {
        receive(session, typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
        if (!options.manual) open.settle();
        return open.said();
      },
      settle: () => {
        for (let next = due.shift(); next !== undefined; next = due.shift()) next();
      },
      said: () => {
        const text = said;
        said = '';
        return text;
      },
    };
    return { host: hostOf(open), state: open };
  }

  function hostOf(open: TestSession): SessionHost {
    return {
      send: (text) => {
        open.writes.push(text);
        said += text;
        return open.reads;
      },
      startTls: () => {
        open.tlsAsked += 1;
        due.push(() => tlsStarted(session, 'TLSv1.3 TLS_AES_256_GCM_SHA384'));
      },
      checkCredentials: (username, password) => {
        const check = options.credentials ?? (() => signedIn);
        due.push(() => credentialsChecked(session, check(username, password)));
      },
      keepProof: (request) => {
        open.proofs.push(request);
        const answer = options.proof?.(request) ?? { ok: false, rule: 'not_live', reason: 'no entry' };
        due.push(() => proofAnswered(session, answer));
      },
      withdrawProof: (proof, cause) => open.withdrawn.push({ ...proof, cause }),
      openHandOver: (envelope, events) => testHandOver(envelope, events),
      pause: () => {
        open.paused = true;
      },
      resume: () => {
        open.paused = false;
      },
      close: () => {
        open.closed = true;
      },
      restsOn: (entry) => {
        open.restsOn = entry;
      },
      logTransaction: (record) => open.transactions.push(record),
      countMail: (mail) => open.mails.push(mail),
      logRefusal: (record) => open.refusals.push(record),
    };
  }

  function testHandOver(envelope: Envelope, events: HandOverEvents) {
    nextHop.envelopes.push(envelope);
    nextHop.drained = () => events.drained();
    let abandoned = false;
    const answer = (command: string, tell: (given: HandOverAnswer) => void) => {
      nextHop.commands.push(command);
      const given = nextHop.answers.get(command) ?? accepted;
      due.push(() => {
        if (!abandoned) tell(given);
      });
    };
    return {
      recipient: (path: string) => answer(`RCPT ${path}`, (given) => events.recipientAnswered(given)),
      openBody: () => answer('DATA', (given) => events.bodyOpened(given)),
      write: (octets: Buffer) => {
        nextHop.body += octets.toString('latin1');
        return nextHop.follows;
      },
      finish: (octets: Buffer) => {
        nextHop.body += octets.toString('latin1');
        answer('DOT', (given) => events.finished(given));
      },
      abandon: () => {
        abandoned = true;
        nextHop.commands.push('ABANDON');
      },
    };
  }
}
