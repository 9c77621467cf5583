import { performance } from 'node:perf_hooks';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import pino from 'pino';
import {
  buildWhitelistIndex,
  lookUpAddress,
  openWhitelistIndex,
} from '../../../lib/domain/whitelist-index.ts';
import { placeOf } from '../auth/credential-checker.ts';
import { newVerifiedCache } from '../auth/verified-cache.ts';
import { openBrakeList } from '../brakes.ts';
import { openClientCounts } from '../client-counts.ts';
import { elapsedMs } from '../elapsed.ts';
import { newNodeMetrics } from '../metrics.ts';
import type { NodeCore } from '../node-core.ts';
import { openRates } from '../rates.ts';
import type { MailCount } from '../session/tally.ts';
import type { CredentialCheck, ProofAnswer } from '../session/types.ts';
import { messageBytes, openSessionSide, recipientsPerMessage, type SessionSide } from '../session-side.ts';
import { contextOf } from '../tls-context.ts';
import { openTrafficReports } from '../traffic/traffic-reports.ts';
import {
  type Directory,
  findCredential,
  loginStandingOf,
  newDirectory,
  putCredentials,
  putServers,
} from '../whitelist/directory.ts';
import {
  type DecidingTable,
  liveEntryAt,
  newEntryTable,
  standingOf,
  type Terms,
} from '../whitelist/entry-table.ts';
import type { CopyMemory, FromThread, Question, ThreadStart, ToThread } from './messages.ts';
import { openPulse } from './pulse.ts';

const batchMs = 100;
const loadMs = 500;
const mostStrangers = 200;
const mostLogOctets = 64 * 1024;

/** A thread with listeners and sessions. It decides by itself, on memory that the main thread writes. */
export async function runSessionThread(start: ThreadStart, port: MessagePort): Promise<void> {
  const { environment } = start;
  const say = (message: FromThread): undefined => port.postMessage(message) as undefined;
  const nowMs = () => Date.now();
  const brakes = openBrakeList(elapsedMs);
  const log = openThreadLog(start, say);
  const pulse = openPulse(start.pulse, start.pulseBaseMs);
  const metrics = newNodeMetrics(false);
  const verified = newVerifiedCache(() => performance.now());
  const questions = new Map<number, (answer: CredentialCheck | ProofAnswer) => void>();
  let asked = 0;
  let seen = -1;
  let terms: Terms[] = [];
  let directory: Directory = newDirectory();
  let table: DecidingTable = newEntryTable();
  let denied = buildWhitelistIndex([]);
  let counts = openClientCounts(start.counts);
  let tls = start.tls === null ? null : contextOf(start.tls);
  let side: SessionSide | null = null;
  let effects: ((side: SessionSide) => void)[] = [];
  let strangers: MailCount[] = [];
  let turnsAllAway = false;
  const tell: NodeCore['tell'] = (report, payload) => say({ kind: 'report', report, payload });
  const traffic = openTrafficReports({ reports: { tell, waiting: pulse.waiting }, nowMs });
  setInterval(flushStrangers, batchMs).unref();
  setInterval(tellLoad, loadMs).unref();

  /** What the main thread has changed before now is known after this. */
  function catchUp(): void {
    while (pulse.newsCount() !== seen) {
      seen = pulse.newsCount();
      for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
        hear(got.message as ToThread);
      }
    }
  }

  function hear(news: ToThread): undefined {
    switch (news.kind) {
      case 'copy':
        ({ directory } = news);
        terms = [...news.terms];
        table = openTable(news);
        verified.clear();
        return afterwards(({ recheckAll }) => recheckAll());
      case 'moved':
        table = openTable(news, table);
        return;
      case 'terms':
        terms[news.number] = news.terms;
        return;
      case 'directory':
        putServers(directory, news.servers, { recipientsPerMessage, messageBytes });
        if (putCredentials(directory, news.credentials).length === 0) return;
        verified.clear();
        return afterwards(({ recheckAll }) => recheckAll());
      case 'ended':
        return afterwards(({ entriesEnded }) => entriesEnded(news.rows));
      case 'deny':
        denied = openWhitelistIndex(news.index);
        return afterwards(({ denyFileChanged }) => denyFileChanged());
      case 'brake':
        brakes.hear(news.news);
        return;
      case 'tls':
        tls = contextOf(news.texts);
        return;
      case 'sign-in refused': {
        const credential = findCredential(directory, news.username);
        if (credential !== undefined) verified.forget([rememberedAs(credential.credentialId, news.client)]);
        return;
      }
      case 'recount':
        counts = openClientCounts(news.counts);
        side?.recount();
        return;
      case 'metrics':
        void metrics.registry
          .getMetricsAsJSON()
          .then((collected) => say({ kind: 'metrics', question: news.question, metrics: collected }));
        return;
      case 'drain':
        return afterwards(({ drain }) => void drain(news.withinMs).then(leave));
      case 'answer':
        questions.get(news.question)?.(news.answer);
        questions.delete(news.question);
    }
  }

  function leave(): void {
    traffic.close();
    flushStrangers();
    log.flush();
    say({ kind: 'drained' });
  }

  /** Whoever was refused rests on no entry; the one that its address is in answers for it all the same. */
  function countMail(mail: MailCount): void {
    const { client, signedIn } = mail;
    const entry = mail.entry ?? (client === null || signedIn ? null : liveEntryAt(table, client));
    const known = entry !== null || signedIn;
    if (known || client === null) traffic.count(mail, entry, known);
    else {
      // Whether somebody has asked for that address only the main thread knows.
      strangers.push(mail);
      if (strangers.length >= mostStrangers) flushStrangers();
    }
  }

  function flushStrangers(): void {
    if (strangers.length > 0) say({ kind: 'mail of strangers', mail: strangers });
    strangers = [];
  }

  function tellLoad(): void {
    const all = side?.turnsAllAway() ?? false;
    if (all !== turnsAllAway) say({ kind: 'turns all away', all });
    turnsAllAway = all;
  }

  /** Sessions are told once the one that is asking right now has come to its end. */
  function afterwards(effect: (side: SessionSide) => void): undefined {
    effects.push(effect);
    if (effects.length === 1) queueMicrotask(runEffects);
  }

  function runEffects(): void {
    if (side === null) return;
    const due = effects;
    effects = [];
    for (const effect of due) effect(side);
  }

  function openTable({ rows, index, removed }: CopyMemory, before?: DecidingTable): DecidingTable {
    const ofThisCopy = terms;
    return {
      rows: { words: new Uint32Array(rows) },
      index: openWhitelistIndex(index),
      removed: openWhitelistIndex(removed),
      termsOf: (number) => {
        // A row may come to name new terms while it is looked at; they were told before.
        if (ofThisCopy[number] === undefined) catchUp();
        return ofThisCopy[number];
      },
      given: before?.given ?? new Map(),
    };
  }

  function ask<Answer extends CredentialCheck | ProofAnswer>(question: Question): Promise<Answer> {
    asked += 1;
    const number = asked;
    return new Promise((resolve) => {
      questions.set(number, (answer) => resolve(answer as Answer));
      say({ kind: 'question', question: number, asked: question });
    });
  }

  /**
   * A password that was right a moment ago, from the same place and with no wrong one since, is right: the main thread
   * would say the same. Otherwise it is asked, or its limits on guessing could be passed by here.
   */
  async function checkCredentials(
    username: string,
    password: string,
    client: string | null,
  ): Promise<CredentialCheck> {
    catchUp();
    const known = tooOld() ? undefined : findCredential(directory, username);
    if (
      known !== undefined &&
      verified.has(rememberedAs(known.credentialId, client), known.passwordHash, password)
    ) {
      return { ok: true, login: { credentialId: known.credentialId, username: known.username } };
    }
    const answer = await ask<CredentialCheck>({ about: 'credentials', username, password, client });
    // Kept for the hash that it was checked against, if that is still the one in use.
    const now = answer.ok ? directory.credentials.get(answer.login.credentialId) : undefined;
    if (now !== undefined && now.passwordHash === known?.passwordHash) {
      verified.add(rememberedAs(now.credentialId, client), now.passwordHash, password);
    }
    return answer;
  }

  const tooOld = () => pulse.ageMs() > environment.stalenessSeconds * 1000;

  const core: NodeCore = {
    copyTooOld: tooOld,
    standing: (address) => {
      catchUp();
      return standingOf(table, address, nowMs());
    },
    loginStanding: (login) => {
      catchUp();
      return loginStandingOf(directory, login);
    },
    isDenied: (client) => {
      catchUp();
      return lookUpAddress(denied, client) >= 0;
    },
    rates: openRates(start.rates, elapsedMs, start.number),
    counts: () => counts,
    tls:
      tls === null
        ? null
        : {
            current: () => {
              catchUp();
              return tls as NonNullable<typeof tls>;
            },
          },
    checkCredentials,
    keepProof: (request) => ask<ProofAnswer>({ about: 'proof', request }),
    signedIn: (signIn) => say({ kind: 'signed in', signIn }),
    withdrawProof: (proof, cause) => say({ kind: 'withdraw proof', proof, cause }),
    countMail,
    brakes,
    spamSeen: (spam) => say({ kind: 'spam seen', spam }),
    tell,
  };

  port.on('message', hear);
  catchUp();
  try {
    side = await openSessionSide({
      environment,
      core,
      metrics,
      log: log.log,
      writeLine: log.write,
      addresses: start.addresses,
      hopOffers: start.hopOffers,
      sharesPorts: true,
      nowMs,
      elapsedMs,
    });
    say({ kind: 'listening', addresses: side.addresses });
    runEffects();
  } catch (error) {
    say({ kind: 'cannot listen', message: error instanceof Error ? error.message : String(error) });
  }
}

function rememberedAs(credentialId: string, client: string | null): string {
  return `${credentialId} ${placeOf(client)}`;
}

type ThreadLog = {
  readonly log: pino.Logger;
  readonly write: (line: string) => void;
  readonly flush: () => void;
};

/** Lines go out by the main thread: two that write to one pipe would cut into each other's lines. */
function openThreadLog({ environment, number }: ThreadStart, say: (message: FromThread) => void): ThreadLog {
  let held = '';
  const flush = () => {
    if (held !== '') say({ kind: 'log', lines: held });
    held = '';
  };
  const write = (line: string) => {
    held += line;
    if (held.length > mostLogOctets) flush();
  };
  setInterval(flush, batchMs).unref();
  const log = pino(
    { base: { node: environment.nodeName, thread: number }, timestamp: pino.stdTimeFunctions.isoTime },
    { write },
  );
  return { log, write, flush };
}
