import path from 'node:path';
import { domainToASCII } from 'node:url';
import type { Logger } from 'pino';
import { makeAttribution } from '../../lib/secrets/attribution.ts';
import { sealReference } from '../../lib/secrets/reference.ts';
import type { Connection } from './connection.ts';
import { checkedHandOver } from './content/checked-hand-over.ts';
import { openContentChecks } from './content/content-checks.ts';
import { openRspamd } from './content/rspamd.ts';
import type { NodeEnvironment } from './env.ts';
import { type ListenAddress, openListeners } from './listeners.ts';
import { watchLoad } from './load.ts';
import { recordWriter } from './log-lines.ts';
import { type NodeMetrics, watchSessionGauges } from './metrics.ts';
import { type OffersMemory, openHopOffers } from './next-hop/hop-offers.ts';
import { openMaildir } from './next-hop/maildir.ts';
import { openNextHopPool } from './next-hop/pool.ts';
import type { NodeCore } from './node-core.ts';
import type { NodeServices } from './node-services.ts';
import type { MailOffers, RefusalRecord, SessionFacts, TransactionRecord } from './session/types.ts';
import { newTellingFirst } from './telling-first.ts';
import { newTransactionIds } from './transaction-id.ts';

/** The listeners, sessions and next-hop connections of one thread. */
export type SessionSide = {
  readonly addresses: readonly ListenAddress[];
  /** Whoever comes now hears 421, also an address in force. */
  readonly turnsAllAway: () => boolean;
  /** Sessions that rest on these rows are ended. */
  readonly entriesEnded: (rows: readonly number[]) => void;
  /** Everything is known anew: each session asks what it rests on. */
  readonly recheckAll: () => void;
  readonly denyFileChanged: () => void;
  /** The counts of connections begin anew: this side's are put in again. */
  readonly recount: () => void;
  /** No new connections; what is under way is finished. Resolves when all are gone, at the latest after a while. */
  readonly drain: (withinMs: number) => Promise<void>;
};

export type SessionSideOptions = {
  environment: NodeEnvironment;
  core: NodeCore;
  metrics: NodeMetrics;
  log: Logger;
  /** Where the log's lines go. */
  writeLine: (line: string) => void;
  addresses: readonly ListenAddress[];
  /** of the next hops in the environment, in their order */
  hopOffers: OffersMemory;
  /** Other threads listen on the same ports. */
  sharesPorts: boolean;
  nowMs: () => number;
  /** A clock that is never set; the same where a test has its own. */
  elapsedMs: () => number;
};

/** Most for anyone; an entry may allow less. The database lets no entry allow more. */
export const messageBytes = 104_857_600;
export const recipientsPerMessage = 100;

/** A Maildir takes any octets. */
const everything: MailOffers = { eightBit: true, utf8: true };

/** @throws Error with a sentence for the operator where a port cannot be listened on */
export async function openSessionSide(options: SessionSideOptions): Promise<SessionSide> {
  const { environment, core, metrics, log, nowMs, elapsedMs } = options;
  const { secrets, nodeName } = environment;
  const record = recordWriter(log, options.writeLine);
  const now = () => new Date(nowMs());
  const resting = new Map<number, Set<Connection>>();
  const { tell, thereafter, catchUp } = newTellingFirst(log);
  const nextHop =
    environment.nextHops.length === 0
      ? null
      : openNextHopPool({
          hops: environment.nextHops,
          publicName: environment.publicName,
          log,
          elapsedMs,
          offers: openHopOffers(options.hopOffers),
        });
  const handOver = nextHop ?? (await openMaildir(path.join(environment.dataDir, 'maildir')));
  const checks = openContentChecks({
    filter: environment.rspamdUrl === null ? null : openRspamd(environment.rspamdUrl),
    seen: core.spamSeen,
    counted: (outcome) => void metrics.contentChecks.labels(outcome).inc(),
    elapsedMs,
    log,
  });

  const watch = watchLoad(environment.memoryBytes);

  const facts: SessionFacts = {
    nowMs,
    elapsedMs,
    copyTooOld: core.copyTooOld,
    offers: nextHop?.offers ?? (() => everything),
    load: watch.load,
    standing: core.standing,
    loginStanding: core.loginStanding,
    takeRate: ({ entryId, scope }) => {
      const most = scope.messagesPerHour ?? Number.POSITIVE_INFINITY;
      return core.rates.take(entryId, Math.min(most, core.brakes.on(entryId)?.rate ?? most));
    },
    heldByNode: ({ entryId }) => core.brakes.on(entryId)?.step === 'held',
    returnRate: ({ entryId }) => core.rates.giveBack(entryId),
    reference: (rule, address) => sealReference(secrets, { address, rule, at: now(), node: nodeName }),
    newTransactionId: newTransactionIds(),
    attribution: ({ server, entry, transaction }) =>
      makeAttribution(secrets, {
        server,
        entry,
        transaction,
        auth: entry === null ? 'login' : 'ip',
        at: now(),
      }),
    toAscii: (domain) => domainToASCII(domain) || null,
  };

  const services: NodeServices = {
    facts,
    settings: {
      publicName: environment.publicName,
      portalUrl: environment.portalUrl,
      proofDomain: environment.proofDomain,
      tlsAvailable: core.tls !== null,
      messageBytes,
    },
    tls: core.tls,
    elapsedMs,
    log,
    metrics,
    checkCredentials: async (username, password, client) => {
      const stop = metrics.signInSeconds.startTimer();
      const result = await core.checkCredentials(username, password, client);
      stop({ outcome: result.ok ? 'signed_in' : result.rule });
      return result;
    },
    signedIn: core.signedIn,
    keepProof: core.keepProof,
    withdrawProof: core.withdrawProof,
    openHandOver: checkedHandOver(handOver.open, checks),
    rests: (entry, connection) => {
      const others = resting.get(entry);
      if (others === undefined) resting.set(entry, new Set([connection]));
      else others.add(connection);
    },
    restsNoMore: (entry, connection) => {
      const others = resting.get(entry);
      others?.delete(connection);
      if (others?.size === 0) resting.delete(entry);
    },
    thereafter,
    countMail: (mail) => thereafter(() => core.countMail(mail)),
    logTransaction: (transaction) => thereafter(() => writeTransaction(transaction)),
    logRefusal: (refusal) => thereafter(() => writeRefusal(refusal)),
  };

  function writeTransaction(transaction: TransactionRecord): void {
    metrics.transactions.inc(transaction.outcome);
    for (const { rule } of transaction.refused) metrics.decisions.inc(rule);
    if (transaction.outcome === 'accepted') {
      metrics.decisions.inc('accepted');
      metrics.transactionSeconds.observe(transaction.milliseconds / 1000);
      metrics.octets.inc('', transaction.bytes);
    } else if (transaction.rule !== null) metrics.decisions.inc(transaction.rule);
    record(transaction, 'transaction');
  }

  function writeRefusal(refusal: RefusalRecord): void {
    metrics.decisions.inc(refusal.rule);
    record(refusal, 'refused');
  }

  try {
    const listeners = await openListeners({
      services,
      addresses: options.addresses,
      sharesPorts: options.sharesPorts,
      trustedProxies: environment.trustedProxies,
      counts: core.counts,
      isDenied: core.isDenied,
    });
    watchSessionGauges(metrics, {
      sessions: () => listeners.connections().length,
      lagSeconds: () => watch.lagMs() / 1000,
      load: watch.load,
      contentChecksWaiting: checks.waiting,
      nextHop: () => nextHop?.statistics() ?? null,
    });
    return {
      addresses: listeners.addresses,
      turnsAllAway: listeners.turnsAllAway,
      entriesEnded: (rows) =>
        tell(() => {
          for (const row of rows)
            for (const connection of [...(resting.get(row) ?? [])]) connection.entryEnded();
        }),
      recheckAll: () =>
        tell(() => {
          for (const connection of listeners.connections()) connection.recheck();
        }),
      denyFileChanged: () =>
        tell(() => {
          for (const connection of listeners.connections()) {
            if (connection.client !== null && core.isDenied(connection.client)) connection.denied();
          }
        }),
      recount: listeners.recount,
      drain: async (withinMs) => {
        await listeners.drain(withinMs);
        catchUp();
        watch.close();
        nextHop?.close();
        checks.close();
      },
    };
  } catch (error) {
    watch.close();
    nextHop?.close();
    throw error;
  }
}
