import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { proofAddress } from '../../lib/secrets/proof-token.ts';
import { insertEntry } from '../../smtp-worker/src/testing/whitelist-rows.ts';
import { onTrialDatabase, type TrialDatabase } from '../support/database.ts';
import { newDice } from '../support/dice.ts';
import { nodeSecret } from '../support/node-process.ts';
import { listedAddress, onScene, type Scene } from '../support/scene.ts';
import { newHopProcess } from './hop-process.ts';
import { sendOnce, sendUntilAccepted } from './sender.ts';

// Invariant: what a client was told 250 for is kept, whoever is killed at whatever moment. A message may arrive twice
// where the one who knew of it was killed before it could say so (RFC 5321 4.2.5 and 6.1 cannot avoid that).

const senders = 4;
const longestDelayMs = 40;
/** A body that takes a few packets, so that a kill can fall into the middle of it. */
const body = 'a line of a body that is neither long nor short\r\n'.repeat(400).trimEnd();
const prover = '198.51.100.77';

export type KillOptions = {
  messages: number;
  /** how often each part is killed */
  killsEach: number;
  keptBy: 'next hop' | 'maildir';
  seed: number;
};

export type KillOutcome = {
  keptBy: string;
  messages: number;
  kills: string;
  tries: number;
  lost: number;
  duplicates: number;
  proofsTold: number;
  proofsLost: number;
};

type Part = { name: 'node' | 'next hop' | 'database'; kill: () => Promise<void>; start: () => Promise<void> };

/** @throws Error where anything that was accepted is lost, or more comes twice than kills explain */
export function killTrial(options: KillOptions): Promise<KillOutcome> {
  return onTrialDatabase(true, (database) =>
    options.keptBy === 'maildir' ? toMaildir(options, database) : toNextHop(options, database),
  );
}

async function toNextHop(options: KillOptions, database: TrialDatabase): Promise<KillOutcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-hop-'));
  const hop = await newHopProcess(folder);
  try {
    await hop.start();
    const settings = { SMTP_NEXT_HOP: `smtp://127.0.0.1:${hop.port}` };
    return await onScene({ databaseUrl: database.url, settings }, (scene) =>
      trial(options, database, scene, [{ name: 'next hop', kill: hop.kill, start: hop.start }], hop.kept),
    );
  } finally {
    await hop.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

function toMaildir(options: KillOptions, database: TrialDatabase): Promise<KillOutcome> {
  return onScene({ databaseUrl: database.url }, (scene) =>
    trial(options, database, scene, [], () => readMaildir(path.join(scene.folder, 'maildir', 'new'))),
  );
}

async function readMaildir(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(folder, name), 'latin1');
      // Half a message would be as bad as none.
      if (!text.endsWith(`\r\n\r\n${body}\r\n`)) throw new Error(`${name} is not whole`);
      return /^X-Trial: (.*)\r$/m.exec(text)?.[1] ?? '';
    }),
  );
}

async function trial(
  options: KillOptions,
  database: TrialDatabase,
  scene: Scene,
  more: readonly Part[],
  kept: () => Promise<string[]>,
): Promise<KillOutcome> {
  const { node } = scene;
  const parts: Part[] = [
    { name: 'node', kill: node.kill, start: node.start },
    { name: 'database', kill: database.kill, start: database.start },
    ...more,
  ];
  let accepted = 0;
  let tries = 0;
  let done = false;
  const proofs = await startProofs(scene, () => done);
  let next = 0;
  const work = async () => {
    while (next < options.messages) {
      const number = next;
      next += 1;
      const sent = await sendUntilAccepted(node.ports.proxy, listedAddress(number), number, body);
      accepted += 1;
      tries += sent.tries;
    }
  };
  try {
    const killer = killAll(parts, options, () => (done ? options.messages : accepted));
    await Promise.all([killer, ...Array.from({ length: senders }, work)]);
  } finally {
    done = true;
  }
  const { told, lost: proofsLost } = await proofs.count();
  const { lost, duplicates } = countCopies(await kept(), options.messages);
  if (lost > 0) throw new Error(`${lost} messages were accepted and are lost (seed ${options.seed})`);
  // Of each sender one message is under way, which is there twice if its 250 was lost with the node or the next hop.
  const mostTwice = senders * options.killsEach * (1 + more.length);
  if (duplicates > mostTwice) {
    throw new Error(`${duplicates} messages came twice, and ${mostTwice} can have (seed ${options.seed})`);
  }
  if (proofsLost > 0)
    throw new Error(`${proofsLost} proofs were accepted and are lost (seed ${options.seed})`);
  return {
    keptBy: options.keptBy,
    messages: options.messages,
    kills: `${parts.map(({ name }) => name).join(', ')}: ${options.killsEach} times each`,
    tries,
    lost,
    duplicates,
    proofsTold: told,
    proofsLost,
  };
}

/** @param kept the numbers of messages, each as often as it is there */
export function countCopies(kept: readonly string[], messages: number): { lost: number; duplicates: number } {
  const different = new Set(kept);
  const numbers = Array.from({ length: messages }, (_, number) => String(number));
  const lost = numbers.filter((number) => !different.has(number)).length;
  return { lost, duplicates: kept.length - different.size };
}

/** Kills the parts in turn, spread over all messages, each at a moment that nobody has chosen. */
async function killAll(
  parts: readonly Part[],
  { messages, killsEach, seed }: KillOptions,
  accepted: () => number,
): Promise<void> {
  const dice = newDice(seed);
  const kills = parts.length * killsEach;
  for (let kill = 0; kill < kills; kill += 1) {
    const part = parts[kill % parts.length];
    const due = Math.floor((messages * (kill + 1)) / (kills + 1));
    while (accepted() < due) await pause(1);
    await pause(dice.number(longestDelayMs));
    await part?.kill();
    await part?.start();
  }
}

/** Somebody proves an address all the while: 250 must mean that the proof is in the database. */
async function startProofs({ node, pool, server }: Scene, done: () => boolean) {
  const entry = await insertEntry(pool, server, `${prover}/32`, { status: 'pending' });
  const to = proofAddress({ current: nodeSecret, previous: null }, entry, 1, 'proof.example');
  let told = 0;
  const running = run();
  async function run(): Promise<void> {
    while (!done()) {
      const reply = await sendOnce(node.ports.proxy, prover, [
        'EHLO prover',
        'MAIL FROM:<a@acme.example>',
        `RCPT TO:<${to}>`,
      ]);
      if (reply.startsWith('250 2.1.5 Proof')) told += 1;
      await pause(5);
    }
  }
  return {
    count: async () => {
      await running;
      const { rows } = await pool.query<{ kept: string }>(
        `select count(*) as kept from node_reports where kind = 'proof_seen'`,
      );
      return { told, lost: Math.max(0, told - Number(rows[0]?.kept)) };
    },
  };
}
