import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { domainToASCII } from 'node:url';
import type { Logger } from 'pino';
import { makeAttribution } from '../../lib/secrets/attribution.ts';
import { sealReference } from '../../lib/secrets/reference.ts';
import { openCredentialChecker } from './auth/credential-checker.ts';
import { openKnownPlaces } from './auth/known-places.ts';
import type { Connection } from './connection.ts';
import { openDenyFile } from './deny-file.ts';
import type { NodeEnvironment } from './env.ts';
import { type ListenAddress, type Listeners, openListeners } from './listeners.ts';
import { newNodeMetrics, serveMetrics, watchGauges } from './metrics.ts';
import { openMaildir } from './next-hop/maildir.ts';
import { openNextHopPool } from './next-hop/pool.ts';
import type { NodeServices } from './node-services.ts';
import { openProofs } from './proofs.ts';
import { newRates } from './rates.ts';
import { openReportSpool } from './report-spool.ts';
import { openReports } from './reports.ts';
import type { MailCount } from './session/tally.ts';
import type { SessionFacts } from './session/types.ts';
import { openTlsContext } from './tls-context.ts';
import { openTrafficReports } from './traffic/traffic-reports.ts';
import { newTransactionIds } from './transaction-id.ts';
import { loginStandingOf } from './whitelist/directory.ts';
import { liveEntryAt, pendingFor, standingOf } from './whitelist/entry-table.ts';
import { type Enforced, openReplica } from './whitelist-replica.ts';

export type SmtpNode = {
  readonly addresses: readonly ListenAddress[];
  readonly metricsPort: number;
  /** Resolves with each revision as it is enforced here. */
  readonly enforced: () => number;
  readonly reloadCertificate: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type SmtpNodeOptions = {
  environment: NodeEnvironment;
  log: Logger;
  now?: () => Date;
  onEnforced?: (enforced: Enforced) => void;
};

/** Most for anyone; an entry may allow less. The database lets no entry allow more. */
const messageBytes = 104_857_600;
const recipientsPerMessage = 100;
/** A node without a copy opens its doors after this long all the same, and defers everybody. */
const firstCopyMs = 15_000;
const drainMs = 15_000;
const rateSweepMs = 5 * 60 * 1000;
/** Nodes compare what they hold, also while nothing changes. */
const compareMs = 60_000;
const placesMs = 60_000;
/** Revisions that follow one another this closely are reported as one. */
const reportFoldMs = 5;

/** Puts everything together. @throws Error with a sentence for the operator where it cannot start */
export async function startSmtpNode(options: SmtpNodeOptions): Promise<SmtpNode> {
  const { environment, log } = options;
  const now = options.now ?? (() => new Date());
  const nowMs = () => now().getTime();
  const { secrets, nodeName, portalUrl } = environment;
  const startedAt = now().toISOString();
  const resting = new Map<number, Set<Connection>>();
  const metrics = newNodeMetrics();
  const tls = environment.tls === null ? null : await openTlsContext(environment.tls, log);
  if (tls === null) log.warn('no certificate is set: neither STARTTLS nor AUTH is offered');
  const nextHop =
    environment.nextHops.length === 0
      ? null
      : openNextHopPool({ hops: environment.nextHops, publicName: environment.publicName, log, nowMs });
  const handOver = nextHop ?? (await openMaildir(path.join(environment.dataDir, 'maildir')));
  const reports = openReports(
    environment.databaseUrl,
    nodeName,
    log,
    openReportSpool(environment.dataDir, nodeName),
  );
  const traffic = openTrafficReports({ reports, nowMs });
  const rates = newRates(nowMs);
  let listeners: Listeners | null = null;
  let stopping = false;
  let latest: Enforced | null = null;
  let reportTimer: NodeJS.Timeout | null = null;

  const knownPlaces = await openKnownPlaces({
    file: path.join(environment.dataDir, 'sign-in-places'),
    secrets,
    nowMs,
    log,
  });
  const replica = openReplica({
    databaseUrl: environment.databaseUrl,
    replicaUrl: environment.replicaUrl,
    node: nodeName,
    stalenessMs: environment.stalenessSeconds * 1000,
    loginLimits: { recipientsPerMessage, messageBytes },
    log,
    onEnded: (rows) => {
      for (const row of rows) for (const connection of [...(resting.get(row) ?? [])]) connection.entryEnded();
    },
    onReloaded: () => {
      checker.forgetAll();
      recheckAll();
    },
    onCredentialsChanged: (ids) => {
      checker.forget(ids);
      recheckAll();
    },
    onEnforced: (enforced) => {
      latest = enforced;
      metrics.enforceSeconds.observe(enforced.milliseconds / 1000);
      reportTimer ??= setTimeout(reportEnforced, reportFoldMs);
      options.onEnforced?.(enforced);
    },
  });
  const checker = openCredentialChecker({
    find: (username) => replica.directory().byUsername.get(username.toLowerCase()),
    copyTooOld: replica.copyTooOld,
    knownPlaces,
    isOwnAddress: ({ serverId }, address) => {
      const { terms } = standingOf(replica.table(), address, nowMs());
      return terms !== null && terms.serverSlug === replica.directory().servers.get(serverId)?.slug;
    },
    nowMs,
    wait: delay,
    log,
    onCost: (cost) => metrics.passwordChecks.labels(cost).inc(),
    onRehashed: (change) => reports.tell('credential_rehashed', change),
  });
  const proofs = openProofs({ replica, reports, secrets, now });
  const denyFile = await openDenyFile(environment.denyFile, log, () => {
    for (const connection of [...(listeners?.connections ?? [])]) {
      if (connection.client !== null && denyFile.isDenied(connection.client)) connection.denied();
    }
  });

  function recheckAll(): void {
    for (const connection of [...(listeners?.connections ?? [])]) connection.recheck();
  }

  function reportEnforced(): void {
    if (reportTimer !== null) clearTimeout(reportTimer);
    reportTimer = null;
    if (latest === null) return;
    const { revision, generation, entries, checksum, milliseconds } = latest;
    reports.tell('enforced', {
      revision,
      generation,
      entries,
      hash: checksum.toString(16).padStart(8, '0'),
      lag_ms: milliseconds,
      at: now().toISOString(),
      started_at: startedAt,
      region: environment.nodeRegion,
      address: listeners?.addresses.map(({ host, port }) => `${host}:${port}`).join(', ') ?? null,
    });
  }

  /** Whoever was refused rests on no entry; the one that its address is in answers for it all the same. */
  function countMail(mail: MailCount): void {
    const { client, signedIn } = mail;
    const table = replica.table();
    const entry = mail.entry ?? (client === null || signedIn ? null : liveEntryAt(table, client));
    const known = entry !== null || signedIn || (client !== null && pendingFor(table, client).length > 0);
    traffic.count(mail, entry, known);
  }

  const facts: SessionFacts = {
    nowMs,
    copyTooOld: replica.copyTooOld,
    standing: (address) => standingOf(replica.table(), address, nowMs()),
    loginStanding: (login) => loginStandingOf(replica.directory(), login),
    takeRate: ({ entryId, scope }) => rates.take(entryId, scope.messagesPerHour ?? Number.POSITIVE_INFINITY),
    returnRate: ({ entryId }) => rates.giveBack(entryId),
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
      portalUrl,
      proofDomain: environment.proofDomain,
      tlsAvailable: tls !== null,
      messageBytes,
    },
    tls,
    nowMs,
    log,
    metrics,
    checkCredentials: async (username, password, client) => {
      const stop = metrics.signInSeconds.startTimer();
      const result = await checker.check(username, password, client);
      stop({ outcome: result.ok ? 'signed_in' : result.rule });
      return result;
    },
    signedIn: proofs.bySigningIn,
    keepProof: proofs.bySending,
    withdrawProof: ({ reportId, entryId }, cause) =>
      reports.tell('proof_withdrawn', { entry_id: entryId, report_id: reportId, cause }),
    openHandOver: handOver.open,
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
    countMail,
    logTransaction: (record) => {
      metrics.transactions.labels(record.outcome).inc();
      for (const { rule } of record.refused) metrics.decisions.labels(rule).inc();
      if (record.outcome === 'accepted') {
        metrics.decisions.labels('accepted').inc();
        metrics.transactionSeconds.observe(record.milliseconds / 1000);
        metrics.octets.inc(record.bytes);
      } else if (record.rule !== null) metrics.decisions.labels(record.rule).inc();
      log.info(record, 'transaction');
    },
    logRefusal: (record) => {
      metrics.decisions.labels(record.rule).inc();
      log.info(record, 'refused');
    },
  };

  watchGauges(metrics, {
    sessions: () => listeners?.connections.size ?? 0,
    entries: () => replica.table().inForce,
    revision: replica.revision,
    copyAgeSeconds: replica.ageSeconds,
    copyTooOld: replica.copyTooOld,
    reportsWaiting: reports.waiting,
    signInsRunning: checker.running,
    nextHop: () => nextHop?.statistics() ?? null,
  });

  const timers = [
    setInterval(rates.sweep, rateSweepMs),
    setInterval(reportEnforced, compareMs),
    setInterval(knownPlaces.save, placesMs),
  ];
  for (const timer of timers) timer.unref();

  async function release(): Promise<void> {
    for (const timer of timers) clearInterval(timer);
    nextHop?.close();
    tls?.close();
    denyFile.close();
    await replica.close();
    if (reportTimer !== null) clearTimeout(reportTimer);
    traffic.close();
    await Promise.all([reports.close(), checker.close(), knownPlaces.save()]);
  }

  try {
    await firstCopy(replica.loaded);
    listeners = await openListeners({
      services,
      addresses: listenAddresses(environment),
      trustedProxies: environment.trustedProxies,
      isDenied: denyFile.isDenied,
    });
    const metricsServer = await serveMetrics(
      metrics,
      environment.metricsHost,
      environment.metricsPort,
      () => {
        if (stopping) return { ready: false, why: 'stopping' };
        return replica.copyTooOld()
          ? { ready: false, why: 'the copy of the whitelist is too old' }
          : { ready: true, why: 'ready' };
      },
    );
    const opened = listeners;
    log.info({ addresses: opened.addresses }, 'listening');
    reportEnforced();
    return {
      addresses: opened.addresses,
      metricsPort: metricsServer.port,
      enforced: replica.revision,
      reloadCertificate: async () => tls?.reload(),
      stop: async () => {
        stopping = true;
        log.info('stopping');
        await opened.drain(drainMs);
        await release();
        await metricsServer.close();
      },
    };
  } catch (error) {
    await listeners?.drain(0);
    await release();
    throw error;
  }
}

async function firstCopy(loaded: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const timeout = setTimeout(timer.resolve, firstCopyMs);
  await Promise.race([loaded, timer.promise]);
  clearTimeout(timeout);
}

function listenAddresses({ hosts, ports, tlsPorts, proxyPorts }: NodeEnvironment): ListenAddress[] {
  const all = [
    ...ports.map((port) => ({ kind: 'plain', port }) as const),
    ...tlsPorts.map((port) => ({ kind: 'tls', port }) as const),
    ...proxyPorts.map((port) => ({ kind: 'proxy', port }) as const),
  ];
  return hosts.flatMap((host) => all.map(({ kind, port }) => ({ kind, host, port })));
}
