import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { NodeEntry } from '../../../db/queries/node.ts';
import { buildWhitelistIndex } from '../../../lib/domain/whitelist-index.ts';
import { newRateMemory, type RateMemory } from '../rates.ts';
import type { MailCount } from '../session/tally.ts';
import { type AnsweringCore, openSessionThreads, type SessionThreads } from '../threads/session-threads.ts';
import { type Directory, newDirectory, putCredentials, putServers } from '../whitelist/directory.ts';
import { applyEntries, type EntryTable, newEntryTable } from '../whitelist/entry-table.ts';
import { type Dialogue, openDialogue } from './dialogue.ts';
import { type SilentLog, silentLog } from './silent-log.ts';
import { proxyLine, testEnvironment } from './test-node.ts';

// Real threads with sessions, and a main thread that says what a test wants it to say, in the order that matters.

export const entryId = '0198c1d2-0000-7000-8000-000000000001';
export const serverId = '0198c1d2-0000-7000-8000-0000000000ff';
export const login = { credentialId: 'c1', username: 'acme' };
export const credential = { ...login, serverId, passwordHash: 'a hash', state: 'usable' } as const;
export const stalenessMs = 900_000;
export const listed = '203.0.113.5';

const inTestdata = (name: string) => readFileSync(new URL(`../../testdata/${name}`, import.meta.url), 'utf8');
const tls = {
  cert: inTestdata('certificate.pem'),
  key: inTestdata('key.pem'),
  ticketKeys: randomBytes(48),
};

export type ThreadHarness = {
  readonly threads: SessionThreads;
  readonly table: EntryTable;
  /** Another copy, of which nothing has been told yet. */
  readonly replace: (table: EntryTable) => void;
  readonly directory: Directory;
  readonly rates: RateMemory;
  readonly silent: SilentLog;
  /** passwords that a thread has asked about */
  readonly asked: string[];
  readonly counted: MailCount[];
  readonly told: { kind: string; payload: object }[];
  /** A client that has said EHLO, at that address. */
  readonly hello: (address: string) => Promise<Dialogue>;
  /** The reply to a recipient, of a client that stays. */
  readonly rcpt: (address: string, sender?: string) => Promise<{ client: Dialogue; reply: string }>;
  readonly signIn: (password: string, address?: string) => Promise<{ client: Dialogue; reply: string }>;
  readonly close: () => Promise<void>;
};

export type ThreadHarnessOptions = {
  threads?: number;
  core?: Partial<AnsweringCore>;
  heartbeatAt?: number;
  denied?: readonly string[];
  reportsWaiting?: () => number;
};

/** An entry of the one server, as the database gives it. */
export function entryOf(network: string, entry: Partial<NodeEntry> = {}): NodeEntry {
  return {
    entryId,
    serverId,
    network,
    state: 'in_force',
    scope: '{"sender_domains":["acme.example"],"recipient_domains":null,"tls":"offered","mode":"enforce"}',
    expiresAt: null,
    proofGeneration: 1,
    revision: 1,
    ...entry,
  };
}

export function put(table: EntryTable, ...entries: NodeEntry[]): number[] {
  return applyEntries(table, entries, () => ({ slug: 'acme', needs: 'either' }));
}

export async function openThreadHarness(options: ThreadHarnessOptions = {}): Promise<ThreadHarness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-thread-'));
  const [table, directory, rates, silent] = [newEntryTable(), newDirectory(), newRateMemory(), silentLog()];
  let current = table;
  const asked: string[] = [];
  const counted: MailCount[] = [];
  const told: { kind: string; payload: object }[] = [];
  const clients: Dialogue[] = [];
  putServers(directory, [{ serverId, slug: 'acme', senderDomains: ['acme.example'], mailNeeds: 'either' }], {
    recipientsPerMessage: 100,
    messageBytes: 1000,
  });
  putCredentials(directory, [credential]);
  put(table, entryOf(`${listed}/32`));
  const core: AnsweringCore = {
    checkCredentials: async () => ({ ok: true, login }),
    keepProof: async () => ({ ok: false, rule: 'report_not_kept', reason: 'not in this test' }),
    signedIn: () => {},
    withdrawProof: () => {},
    countMail: (mail) => void counted.push(mail),
    spamSeen: () => undefined,
    tell: (kind, payload) => void told.push({ kind, payload }),
    ...options.core,
  };
  const threads = await openSessionThreads({
    environment: testEnvironment(folder, 'postgresql://postern@127.0.0.1:1/nowhere', {
      SMTP_STALENESS_SECONDS: String(stalenessMs / 1000),
    }),
    threads: options.threads ?? 1,
    core: {
      ...core,
      checkCredentials: (username, password, client) => {
        asked.push(password);
        return core.checkCredentials(username, password, client);
      },
    },
    rates,
    addresses: [{ kind: 'proxy', host: '127.0.0.1', port: 0 }],
    copy: () => ({ table: current, directory }),
    heartbeatAt: () => options.heartbeatAt ?? performance.now(),
    reportsWaiting: options.reportsWaiting ?? (() => 0),
    denied: () => buildWhitelistIndex([...(options.denied ?? [])]).words.buffer,
    tls: () => tls,
    brakes: () => [],
    writeLines: silent.write,
    log: silent.log,
    onHopeless: (error) => silent.log.fatal(error.message),
  });

  async function hello(address: string): Promise<Dialogue> {
    const client = await openDialogue({ port: threads.addresses[0]?.port ?? 0 });
    clients.push(client);
    client.send(proxyLine(address));
    await client.expect('220 ');
    await client.say('EHLO client.example');
    return client;
  }

  return {
    threads,
    table,
    replace: (other) => {
      current = other;
    },
    directory,
    rates,
    silent,
    asked,
    counted,
    told,
    hello,
    rcpt: async (address, sender = 'printer@acme.example') => {
      const client = await hello(address);
      await client.say(`MAIL FROM:<${sender}>`);
      const reply = await client.say('RCPT TO:<b@elsewhere.example>');
      return { client, reply: reply.slice(0, 9) };
    },
    signIn: async (password, address = '198.51.100.60') => {
      const client = await hello(address);
      await client.say('STARTTLS');
      await client.encrypt();
      await client.say('EHLO client.example');
      const reply = await client.say(`AUTH PLAIN ${Buffer.from(`\0acme\0${password}`).toString('base64')}`);
      return { client, reply: reply.slice(0, 9) };
    },
    close: async () => {
      for (const client of clients) client.close();
      await threads.drain(0);
      await rm(folder, { recursive: true });
    },
  };
}
