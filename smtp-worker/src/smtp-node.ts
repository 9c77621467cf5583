import { randomInt } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { completeLadder, type LadderPolicy } from '../../lib/domain/ladder-policy.ts';
import { sendsPasswordUnverified, unverifiedPasswordWarning } from '../../lib/domain/unverified-password.ts';
import { signRehash } from '../../lib/secrets/rehash-signature.ts';
import { atMost } from './at-most.ts';
import { openCredentialChecker } from './auth/credential-checker.ts';
import { openKnownPlaces } from './auth/known-places.ts';
import { openBrakes } from './brakes.ts';
import { newCountMemory, openClientCounts } from './client-counts.ts';
import { openDenyFile } from './deny-file.ts';
import { elapsedMs as monotonicMs } from './elapsed.ts';
import { openEnforcedReports } from './enforced-reports.ts';
import type { NodeEnvironment } from './env.ts';
import type { ListenAddress } from './listeners.ts';
import { openMailSeen } from './mail-seen.ts';
import { joinMetrics, newNodeMetrics, serveMetrics, watchGauges } from './metrics.ts';
import { newOffersMemory } from './next-hop/hop-offers.ts';
import type { NodeCore } from './node-core.ts';
import { openProofs } from './proofs.ts';
import { openRateExchange } from './rate-exchange.ts';
import { newRateMemory, openRates } from './rates.ts';
import { openReportSpool } from './report-spool.ts';
import { openReports } from './reports.ts';
import { messageBytes, openSessionSide, recipientsPerMessage, type SessionSide } from './session-side.ts';
import { openSessionThreads, type SessionThreads } from './threads/session-threads.ts';
import { openTlsContext } from './tls-context.ts';
import { loginStandingOf } from './whitelist/directory.ts';
import { openDiskCopy } from './whitelist/disk-copy.ts';
import { entryInForce, standingOf } from './whitelist/entry-table.ts';
import type { Enforced } from './whitelist/replica-types.ts';
import { openReplica } from './whitelist-replica.ts';

export type SmtpNode = {
  readonly addresses: readonly ListenAddress[];
  readonly metricsPort: number;
  /** The revision that is enforced here now. */
  readonly enforced: () => number;
  readonly reloadCertificate: () => Promise<void>;
  /** Tells other nodes what entries have sent, and hears it of them: also done every few seconds. */
  readonly exchangeRates: () => Promise<void>;
  /** For tests: one of the threads dies; nothing happens where there is only one. */
  readonly killThread: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type SmtpNodeOptions = {
  environment: NodeEnvironment;
  log: Logger;
  /** Where the log's lines go: those of other threads come as lines. */
  writeLines: (lines: string) => void;
  /** Other threads have the clock of the machine. */
  now?: () => Date;
  onEnforced?: (enforced: Enforced) => void;
  /** The node cannot go on: it is to be stopped and started again. */
  onHopeless: (error: Error) => void;
};

const loginLimits = { recipientsPerMessage, messageBytes };
/** A node without a copy opens its doors after this long all the same, and defers everybody. */
const firstCopyMs = 15_000;
const drainMs = 15_000;
const brakeSweepMs = 5_000;
const placesMs = 60_000;

/**
 * Puts everything together. With one thread, sessions run beside the copy and nothing passes between threads. With
 * more, this one keeps the copy, speaks to the database and has no sessions.
 * @throws Error with a sentence for the operator where it cannot start
 */
export async function startSmtpNode(options: SmtpNodeOptions): Promise<SmtpNode> {
  const { environment, log } = options;
  const now = options.now ?? (() => new Date());
  const nowMs = options.now === undefined ? Date.now : () => now().getTime();
  const elapsedMs = options.now === undefined ? monotonicMs : nowMs;
  const { secrets, nodeName } = environment;
  const metrics = newNodeMetrics();
  const tls =
    environment.tls === null
      ? null
      : await openTlsContext(environment.tls, log, (texts) => threads?.tell({ kind: 'tls', texts }));
  for (const { host, port, credentials, tls: asked } of environment.nextHops) {
    if (!sendsPasswordUnverified({ host, password: credentials !== null, tlsRequired: asked === 'required' }))
      continue;
    log.warn({ nextHop: `${host}:${port}` }, unverifiedPasswordWarning);
  }
  if (tls === null) log.warn('no certificate is set: neither STARTTLS nor AUTH is offered');
  const reports = openReports(
    environment.databaseUrl,
    nodeName,
    log,
    openReportSpool(environment.dataDir, nodeName),
  );
  const enforcedReports = openEnforcedReports({
    reports,
    region: environment.nodeRegion,
    now,
  });
  const rateMemory = newRateMemory();
  const rates = openRates(rateMemory, elapsedMs);
  const brakes = openBrakes({
    policy: () => ladder,
    entry: (entryId) => entryInForce(replica.table(), entryId),
    inForce: () => replica.table().inForce,
    takenInHour: rates.total,
    changed: (news) => threads?.tell({ kind: 'brake', news }),
    counted: (what) => metrics.brakes.labels(what).inc(),
    elapsedMs,
    log,
  });
  let side = null as SessionSide | null;
  let threads = null as SessionThreads | null;
  let stopping = false;
  let ladder: LadderPolicy | null = null;

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
    loginLimits,
    disk: openDiskCopy({
      folder: path.join(environment.dataDir, 'copy', encodeURIComponent(nodeName).replaceAll('.', '%2E')),
      secrets,
      loginLimits,
      log,
      nowMs,
    }),
    log,
    onPolicy: (abuse) => {
      ladder = completeLadder((abuse ?? undefined) as Parameters<typeof completeLadder>[0]);
    },
    onDirectory: (servers, credentials) => threads?.tell({ kind: 'directory', servers, credentials }),
    onApplied: () => threads?.copyChanged(),
    onEnded: (rows) => {
      threads?.tell({ kind: 'ended', rows });
      side?.entriesEnded(rows);
    },
    onReloaded: () => {
      checker.forgetAll();
      brakes.reconcile();
      threads?.copyReloaded();
      side?.recheckAll();
    },
    onHeartbeat: (at) => threads?.beat(at),
    onCredentialsChanged: (ids) => {
      checker.forget(ids);
      side?.recheckAll();
    },
    onEnforced: (enforced) => {
      enforcedReports.note(enforced);
      brakes.reconcile();
      metrics.enforceSeconds.observe(enforced.milliseconds / 1000);
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
    elapsedMs,
    wait: delay,
    log,
    onCost: (cost) => metrics.passwordChecks.labels(cost).inc(),
    onRehashed: (change) =>
      reports.tell('credential_rehashed', { ...change, signature: signRehash(secrets, change) }),
  });
  const proofs = openProofs({ replica, reports, secrets, now, elapsedMs });
  const denyFile = await openDenyFile(environment.denyFile, log, () => {
    threads?.tell({ kind: 'deny', index: denyFile.index().words.buffer });
    side?.denyFileChanged();
  });

  const mailSeen = openMailSeen({ reports, brakes, table: replica.table, nowMs, log });
  const rateExchange = openRateExchange({ nodeName, rates, onPrimary: replica.onPrimary, log });
  const counts = openClientCounts(newCountMemory([randomInt(0x1_0000_0000), randomInt(0x1_0000_0000)]));
  const core: NodeCore = {
    copyTooOld: replica.copyTooOld,
    standing: (address) => standingOf(replica.table(), address, nowMs()),
    loginStanding: (login) => loginStandingOf(replica.directory(), login),
    isDenied: denyFile.isDenied,
    rates,
    counts: () => counts,
    tls,
    checkCredentials: checker.check,
    keepProof: proofs.bySending,
    signedIn: proofs.bySigningIn,
    withdrawProof: ({ reportId, entryId }, cause) =>
      reports.tell('proof_withdrawn', { entry_id: entryId, report_id: reportId, cause }),
    countMail: mailSeen.countMail,
    brakes,
    spamSeen: mailSeen.spamSeen,
    tell: mailSeen.tell,
  };

  watchGauges(metrics, {
    entries: () => replica.table().inForce,
    revision: replica.revision,
    copyAgeSeconds: replica.ageSeconds,
    copyTooOld: replica.copyTooOld,
    reportsWaiting: reports.waiting,
    signInsRunning: checker.running,
    brakesOn: () => brakes.all().length,
    ladderKnown: () => ladder !== null,
    certificateNotAfter: () => tls?.notAfter() ?? null,
  });

  const timers = [setInterval(knownPlaces.save, placesMs), setInterval(brakes.sweep, brakeSweepMs)];
  for (const timer of timers) timer.unref();

  async function openSessions(): Promise<readonly ListenAddress[]> {
    const addresses = listenAddresses(environment);
    if (environment.threads === 1) {
      side = await openSessionSide({
        environment,
        core,
        metrics,
        log,
        writeLine: options.writeLines,
        addresses,
        hopOffers: newOffersMemory(environment.nextHops.length),
        sharesPorts: false,
        nowMs,
        elapsedMs,
      });
      return side.addresses;
    }
    threads = await openSessionThreads({
      environment,
      threads: environment.threads,
      core,
      rates: rateMemory,
      addresses,
      copy: () => ({ table: replica.table(), directory: replica.directory() }),
      heartbeatAt: replica.heartbeatAt,
      reportsWaiting: reports.waiting,
      denied: () => denyFile.index().words.buffer,
      brakes: brakes.all,
      tls: () => tls?.texts() ?? null,
      writeLines: options.writeLines,
      log,
      onHopeless: options.onHopeless,
    });
    return threads.addresses;
  }

  async function collectMetrics(): Promise<string> {
    if (threads === null) return metrics.registry.metrics();
    return joinMetrics([await metrics.registry.getMetricsAsJSON(), ...(await threads.metrics())]);
  }

  async function release(): Promise<void> {
    for (const timer of timers) clearInterval(timer);
    tls?.close();
    denyFile.close();
    enforcedReports.close();
    mailSeen.close();
    // Beside each other: whatever a database that has fallen silent does not take has to be on disk soon.
    await Promise.all([
      rateExchange.leave(),
      replica.close(),
      reports.close(),
      checker.close(),
      knownPlaces.save(),
    ]);
  }

  try {
    await atMost(firstCopyMs, replica.loaded);
    const addresses = await openSessions();
    const metricsServer = await serveMetrics(
      collectMetrics,
      environment.metricsHost,
      environment.metricsPort,
      () => {
        if (stopping) return { ready: false, why: 'stopping' };
        if (replica.copyTooOld()) return { ready: false, why: 'the copy of the whitelist is too old' };
        // Another node may have room, and whoever is here already may stay.
        return (threads ?? side)?.turnsAllAway()
          ? { ready: false, why: 'too busy: everybody is turned away' }
          : { ready: true, why: 'ready' };
      },
    );
    // What this node tells devices and where their mail goes, for whoever looks why it does not: a setting that is
    // missing has its default.
    const { threads: count, publicName, proofDomain, portalUrl, nextHops } = environment;
    const handsOnTo = nextHops.length > 0 ? nextHops.map(({ host, port }) => `${host}:${port}`) : 'maildir';
    log.info({ addresses, threads: count, publicName, proofDomain, portalUrl, handsOnTo }, 'listening');
    enforcedReports.tell();
    return {
      addresses,
      metricsPort: metricsServer.port,
      enforced: replica.revision,
      reloadCertificate: async () => tls?.reload(),
      exchangeRates: rateExchange.exchange,
      killThread: async () => threads?.kill(),
      stop: async () => {
        stopping = true;
        log.info('stopping');
        await (threads ?? side)?.drain(drainMs);
        await release();
        await metricsServer.close();
      },
    };
  } catch (error) {
    await (threads ?? side)?.drain(0);
    await release();
    throw error;
  }
}

function listenAddresses({ hosts, ports, tlsPorts, proxyPorts }: NodeEnvironment): ListenAddress[] {
  const all = [
    ...ports.map((port) => ({ kind: 'plain', port }) as const),
    ...tlsPorts.map((port) => ({ kind: 'tls', port }) as const),
    ...proxyPorts.map((port) => ({ kind: 'proxy', port }) as const),
  ];
  return hosts.flatMap((host) => all.map(({ kind, port }) => ({ kind, host, port })));
}
