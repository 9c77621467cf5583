import { setImmediate as nextTurn } from 'node:timers/promises';
import { startBystander } from '../support/bystander.ts';
import { type Client, openClient, proxyLine } from '../support/client.ts';
import { newDice, seedOf } from '../support/dice.ts';
import { listedAddress, onScene, type Scene, strangeAddress } from '../support/scene.ts';
import { ownDomain, password, rightPlain } from './grammar.ts';
import type { WireMessage } from './hop-dialogue.ts';
import { newHeader } from './proxy-headers.ts';
import { newScript, type Script, sessionStates } from './script.ts';
import { serveHop } from './served-hop.ts';
import { judgeHeader, judgeOctets } from './wire.ts';

// The same sessions over real sockets, to a real node. The next hop refuses, drops and answers oddly as the one that the
// engine is played with, and judges what it is told.

const atOnce = 20;
const quietMs = 1_000;
/** Of a session whose PROXY header is made by chance as well. */
const mutatedHeader = 'behind_proxy';
const states = [...sessionStates, mutatedHeader] as const;
const bystanderSender = `bystander@${ownDomain}`;
/** The bystander's number, which no session has. */
const bystanderNumber = 0xfffffe;

export type NodeFuzz = {
  sessions: number;
  messagesHandedOn: number;
  /** messages that did not come to their dot at the next hop */
  messagesGivenUp: number;
  /** what the next hop did not take: senders, recipients, DATA, dots */
  refusals: number;
  bystanderMessages: number;
  /** its tries that heard that the next hop is away */
  bystanderDeferred: number;
  bystanderSlowestMs: number;
  /** the most sessions that came to their end within one message of the bystander */
  bystanderOvertaken: number;
  /** octets that the node holds more than after the first tenth */
  heapGrowth: number;
  rssGrowth: number;
};

/** What one client was told, kept until all messages are in. */
type Account = { told: number; leftEarly: boolean; mayRelay: boolean };

/** Plays so many sessions to one node. @throws Error that names the seed where something must never happen */
export async function fuzzNode(
  databaseUrl: string,
  sessions: number,
  run: number,
  progress: (done: number) => void = () => {},
): Promise<NodeFuzz> {
  const seen: Seen[] = [];
  const wrong: string[] = [];
  let refusals = 0;
  const nextHop = () =>
    serveHop({
      run,
      favours: bystanderSender,
      refused: () => {
        refusals += 1;
      },
      ended: (message) => void seen.push(judge(message)),
      wrong: (problem) => {
        wrong.push(problem);
      },
    });
  return onScene({ databaseUrl, nextHop, entry: { recipientsPerMessage: 5 } }, async (scene) => {
    const accounts = new Map<string, Account>();
    const bystander = startBystander(
      scene.node.ports.proxy,
      listedAddress(bystanderNumber),
      () => accounts.size,
    );
    const warmUp = Math.ceil(sessions / 10);
    await playMany(scene, accounts, run, 0, warmUp, progress);
    const before = await scene.node.memory();
    await playMany(scene, accounts, run, warmUp, sessions, progress);
    const { messages, deferred, slowestMs, mostOvertaken } = await bystander.stop();
    await allGone(scene);
    const after = await scene.node.memory();
    const failures = await scene.node.metric('postern_smtp_session_failures_total');
    if (failures > 0) throw new Error(`${failures} sessions ended by a bug of the node`);
    if (wrong.length > 0) throw new Error(`the next hop was told ${wrong.slice(0, 3).join('; ')}`);
    settleAccounts(seen, accounts, run);
    const count = (fate: Seen['fate']) => seen.filter((message) => message.fate === fate).length;
    return {
      sessions,
      messagesHandedOn: count('taken'),
      messagesGivenUp: count('given_up'),
      refusals,
      bystanderMessages: messages,
      bystanderDeferred: deferred,
      bystanderSlowestMs: slowestMs,
      bystanderOvertaken: mostOvertaken,
      heapGrowth: after.heapUsed - before.heapUsed,
      rssGrowth: after.rss - before.rss,
    };
  });
}

/** A message as it was seen at the next hop, without its octets. */
type Seen = { address: string; fate: 'taken' | 'refused' | 'given_up'; problem: string | null };

function judge({ sender, recipients, octets, ended, accepted }: WireMessage): Seen {
  const address = /^Received: from [^\r]*\(\[([0-9.]+)\]\)\r\n/.exec(octets)?.[1] ?? '';
  const message = {
    sender,
    recipients: [...recipients],
    octets,
    finished: ended,
    accepted,
    abandoned: !ended,
  };
  const fate = accepted ? 'taken' : ended ? 'refused' : 'given_up';
  const problem = judgeOctets(message) ?? (ended ? judgeHeader(message, ownDomain) : null);
  return { address, fate, problem };
}

async function playMany(
  scene: Scene,
  accounts: Map<string, Account>,
  run: number,
  from: number,
  to: number,
  progress: (done: number) => void,
): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to) {
      const number = next;
      next += 1;
      await playOne(scene, accounts, run, number);
      if (number % 1000 === 999) progress(number + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function playOne(
  { node }: Scene,
  accounts: Map<string, Account>,
  run: number,
  number: number,
): Promise<void> {
  const seed = seedOf(run, number);
  const dice = newDice(seed ^ 0x2545f491);
  const state = states[number % states.length] ?? mutatedHeader;
  const script = newScript(seed, state === mutatedHeader ? 'connected' : state);
  const listed = script.client === 'listed';
  const address = listed ? listedAddress(number) : strangeAddress(number);
  const client = openClient(node.ports.proxy);
  client.write(state === mutatedHeader ? newHeader(dice) : proxyLine(address));
  const signedIn = await prelude(client, script);
  if (signedIn === 'gone') throw new Error(`seed ${seed}: the node hung up on a well-formed beginning`);
  for (const step of script.steps) {
    if (!('octets' in step)) continue;
    client.write(step.octets);
    if (step.settled) await nextTurn();
  }
  const leftEarly = await leave(client, dice.number(10));
  const told = client.heard().match(/^250 2\.0\.0 Accepted as /gm)?.length ?? 0;
  const signsIn = signedIn === 'signed_in' || (/^235 /m.test(client.heard()) && saysPassword(script));
  // What is said under a header made by chance is said by whoever that header names.
  const mayRelay = state !== mutatedHeader && (listed || signsIn);
  accounts.set(address, { told, leftEarly, mayRelay });
  const ended = node.endedBy();
  if (ended !== null) throw new Error(`seed ${seed}: ${ended}`);
}

/** Chance makes a whole sign-in as well, once in some hundred thousand sessions. */
function saysPassword({ steps }: Script): boolean {
  const sent = steps.map((step) => ('octets' in step ? step.octets : '')).join('');
  return sent.includes(rightPlain) || sent.includes(Buffer.from(password).toString('base64'));
}

/** The well-formed beginning, each line with its reply. */
async function prelude(
  client: Client,
  { prelude: lines }: Script,
): Promise<'as_it_came' | 'signed_in' | 'gone'> {
  let signedIn = false;
  if (lines.length > 0 && (await client.reply()) === null) return 'gone';
  for (const line of lines) {
    client.write(line);
    // The beginning of a body is answered with nothing.
    if (line.startsWith('From:')) continue;
    const reply = await client.reply();
    if (reply === null) return 'gone';
    if (line.startsWith('STARTTLS') && !(await client.encrypt())) return 'gone';
    signedIn ||= reply.startsWith('235');
  }
  return signedIn ? 'signed_in' : 'as_it_came';
}

/** Ends as clients do: with QUIT, by hanging up, or by vanishing. @returns whether a reply may have been missed */
async function leave(client: Client, way: number): Promise<boolean> {
  if (way === 0) {
    client.reset();
    return true;
  }
  if (way < 4) {
    await client.end();
    return true;
  }
  client.write('\r\n.\r\nRSET\r\nQUIT\r\n');
  await client.closed(quietMs);
  return !/^221 [^\n]*\n$/m.test(client.heard());
}

/** Waits until the node has no session left; a session that never goes away never lets this end. */
async function allGone({ node }: Scene): Promise<void> {
  while ((await node.metric('postern_smtp_sessions')) > 0) await nextTurn();
}

function settleAccounts(seen: readonly Seen[], accounts: ReadonlyMap<string, Account>, run: number): void {
  const bystander = listedAddress(bystanderNumber);
  const handedOn = new Map<string, number>();
  for (const { address, fate, problem } of seen) {
    const who = `run ${run}, client ${address}`;
    if (problem !== null) throw new Error(`${who}: ${problem}`);
    if (fate === 'taken') handedOn.set(address, (handedOn.get(address) ?? 0) + 1);
    // Of what was given up in its first line it is not known whose it was.
    if (address === bystander || (address === '' && fate === 'given_up')) continue;
    const account = accounts.get(address);
    if (account === undefined) throw new Error(`${who}: nobody came from there`);
    if (!account.mayRelay) throw new Error(`${who}: a message of a client that may not relay`);
  }
  for (const [address, count] of handedOn) {
    const account = accounts.get(address);
    if (account === undefined) continue;
    const most = account.told + (account.leftEarly ? 1 : 0);
    if (count > most) {
      throw new Error(`run ${run}, client ${address}: ${count} messages for ${account.told} times 250`);
    }
  }
  for (const [address, { told }] of accounts) {
    const count = handedOn.get(address) ?? 0;
    if (told > count)
      throw new Error(`run ${run}, client ${address}: ${told} times 250 for ${count} messages`);
  }
}
