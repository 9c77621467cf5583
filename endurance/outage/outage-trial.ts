import { setTimeout as pause } from 'node:timers/promises';
import { insertEntry, removeEntry } from '../../smtp-worker/src/testing/whitelist-rows.ts';
import { sendOnce } from '../kill/sender.ts';
import { onTrialDatabase } from '../support/database.ts';
import { serveNextHop } from '../support/next-hop.ts';
import { listedAddress, onScene, type Scene } from '../support/scene.ts';

// The database goes away under load. What the node knows it goes on deciding, until its copy is too old to be trusted;
// then everybody hears 451; and when the database is back, so is the node, by itself.

const workers = 4;
const removed = '203.0.113.99';
const stranger = '198.51.100.99';
const betweenMs = 5;

export type OutageOptions = {
  /** how long the node may decide without fresh data */
  boundSeconds: number;
  /** how long the database stays away after the node has found its copy too old */
  furtherSeconds: number;
};

/** What a message was answered with, before, during and after. */
type Phase = 'before' | 'deciding' | 'too_old' | 'recovering' | 'after';
type Verdict = 'accepted' | 'refused' | 'deferred';

export type OutageOutcome = {
  secondsUntilTooOld: number;
  secondsUntilBack: number;
  verdicts: Record<Phase, Record<Verdict, number>>;
};

/** @throws Error at the first answer that must not be given */
export function outageTrial({ boundSeconds, furtherSeconds }: OutageOptions): Promise<OutageOutcome> {
  return onTrialDatabase(true, (database) =>
    onScene(
      {
        databaseUrl: database.url,
        nextHop: () => serveNextHop({ take: () => {} }),
        settings: { SMTP_STALENESS_SECONDS: String(boundSeconds) },
      },
      async (scene) => {
        const former = await insertEntry(scene.pool, scene.server, `${removed}/32`);
        await until(async () => (await verdictOn(scene, removed)) === 'accepted');
        await removeEntry(scene.pool, former);
        await until(async () => (await verdictOn(scene, removed)) === 'refused');
        const load = startLoad(scene);
        await until(() => load.count('before', 'accepted') > 20);
        load.enter('deciding');
        const since = performance.now();
        await database.kill();
        await until(() => load.count('deciding', 'deferred') > 0);
        const tooOldAt = performance.now();
        load.enter('too_old');
        await pause(furtherSeconds * 1000);
        await until(() => load.count('too_old', 'deferred') > 20);
        load.enter('recovering');
        await database.start();
        const backSince = performance.now();
        await until(() => load.count('recovering', 'accepted') > 0);
        const backAt = performance.now();
        load.enter('after');
        await until(() => load.count('after', 'accepted') > 20);
        const verdicts = await load.stop();
        return {
          secondsUntilTooOld: Math.round((tooOldAt - since) / 1000),
          secondsUntilBack: Math.round((backAt - backSince) / 100) / 10,
          verdicts,
        };
      },
    ),
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(betweenMs);
}

async function verdictOn({ node }: Scene, address: string): Promise<Verdict> {
  const reply = await sendOnce(node.ports.proxy, address, [
    'EHLO load',
    'MAIL FROM:<a@acme.example>',
    'RCPT TO:<b@elsewhere.example>',
    'DATA',
    'From: a@acme.example\r\n\r\nhello\r\n.',
  ]);
  if (reply.startsWith('250 2.0.0 Accepted')) return 'accepted';
  // Whoever was let in a moment before the removal hears of it in the session.
  if (/^(?:5[0-9]{2}|421 4\.7\.0) /.test(reply)) return 'refused';
  if (/^451 4\.3\.0 /.test(reply)) return 'deferred';
  throw new Error(`${address} heard ${JSON.stringify(reply)}`);
}

/** Which answers are right, by who asks and when. Around a change of phase, both sides of it are. */
const rightForListed: Readonly<Record<Phase, readonly Verdict[]>> = {
  before: ['accepted'],
  deciding: ['accepted', 'deferred'],
  too_old: ['deferred'],
  recovering: ['deferred', 'accepted'],
  after: ['accepted'],
};
const rightForOthers: Readonly<Record<Phase, readonly Verdict[]>> = {
  before: ['refused'],
  deciding: ['refused', 'deferred'],
  too_old: ['deferred'],
  recovering: ['deferred', 'refused'],
  after: ['refused'],
};

function startLoad(scene: Scene) {
  const none = () => ({ accepted: 0, refused: 0, deferred: 0 });
  const verdicts: Record<Phase, Record<Verdict, number>> = {
    before: none(),
    deciding: none(),
    too_old: none(),
    recovering: none(),
    after: none(),
  };
  let phase: Phase = 'before';
  let done = false;
  let failure: unknown = null;
  let number = 0;

  async function work(): Promise<void> {
    while (!done && failure === null) {
      number += 1;
      const turn = number % 4;
      const address = turn === 0 ? removed : turn === 1 ? stranger : listedAddress(number);
      const asked = phase;
      const verdict = await verdictOn(scene, address);
      const right = turn < 2 ? rightForOthers : rightForListed;
      // A question of one phase may be answered in the next.
      const of = [asked, phase].find((each) => right[each].includes(verdict));
      if (of === undefined) throw new Error(`${address} was ${verdict} while ${phase}`);
      verdicts[of][verdict] += 1;
      await pause(betweenMs);
    }
  }
  const running = Promise.all(Array.from({ length: workers }, work)).catch((error) => {
    failure = error;
  });

  return {
    enter: (next: Phase) => {
      phase = next;
    },
    count: (of: Phase, verdict: Verdict) => {
      if (failure !== null) throw failure;
      return verdicts[of][verdict];
    },
    stop: async () => {
      done = true;
      await running;
      if (failure !== null) throw failure;
      return verdicts;
    },
  };
}
