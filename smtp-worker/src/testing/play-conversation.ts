import { setTimeout as pause } from 'node:timers/promises';
import { type Dialogue, openDialogue } from './dialogue.ts';

/** A conversation of `testdata/conversations.jsonl`. */
export type Conversation = {
  id: string;
  group: string;
  title: string;
  client: 'listed' | 'unlisted' | 'proxy-trusted';
  /** held under TLS */
  tls?: boolean;
  steps: Step[];
  /** what must never happen, in words */
  never: string[];
  acceptable: string;
  source: string;
  /** the codes that this node says, in order; `-` where it hangs up */
  replies: string[];
};

type Step = {
  wait?: string;
  send?: string;
  send_hex?: string;
  repeat?: string;
  times?: number;
  starttls?: true;
  rst?: true;
  action?: string;
  sleep_ms?: number;
  /** nothing is to be said for so long; hanging up says nothing */
  expect_silence_ms?: number;
};

const hungUp = '-';

export type Stage = {
  ports: { readonly plain: number; readonly proxy: number };
  /** addresses behind the proxy */
  listed: string;
  unlisted: string;
  /** takes the listed address off, and waits until the node knows */
  unlist: () => Promise<void>;
};

/** Holds the conversation. @returns the codes of all replies */
export async function playConversation(
  { client, tls, steps }: Conversation,
  stage: Stage,
): Promise<string[]> {
  const dialogue = await openDialogue({ port: stage.ports.proxy });
  const codes: string[] = [];
  if (client !== 'proxy-trusted') {
    dialogue.send(
      `PROXY TCP4 ${client === 'listed' ? stage.listed : stage.unlisted} 192.0.2.25 40000 25\r\n`,
    );
  }
  let first = true;
  try {
    for (const step of steps) {
      await play(dialogue, step, codes, stage);
      // The prelude that the conversation itself does not know of.
      if (tls && first) await beginTls(dialogue);
      first = false;
      if (codes.at(-1) === hungUp) break;
    }
  } finally {
    dialogue.close();
  }
  return codes;
}

/** What the client sends behind DATA, up to the dot's line. */
export function bodyOf({ steps }: Conversation): string {
  const from = steps.findIndex(({ send }) => send === 'DATA\r\n') + 1;
  const text = steps
    .slice(from)
    .map(({ send = '' }) => send)
    .join('');
  return text.slice(0, text.indexOf('\r\n.\r\n') + 5);
}

async function beginTls(dialogue: Dialogue): Promise<void> {
  await dialogue.say('EHLO prelude');
  await dialogue.say('STARTTLS');
  await dialogue.encrypt();
}

async function play(dialogue: Dialogue, step: Step, codes: string[], stage: Stage): Promise<void> {
  if (step.send !== undefined) dialogue.send(step.send);
  if (step.send_hex !== undefined) dialogue.send(Buffer.from(step.send_hex, 'hex'));
  if (step.repeat !== undefined) dialogue.send(step.repeat.repeat(step.times ?? 1));
  if (step.starttls && codes.at(-1) === '220') await dialogue.encrypt();
  if (step.rst) {
    dialogue.reset();
    codes.push(hungUp);
  }
  if (step.action !== undefined) await stage.unlist();
  if (step.sleep_ms !== undefined) await pause(step.sleep_ms);
  if (step.expect_silence_ms !== undefined) {
    await pause(step.expect_silence_ms);
    if (dialogue.unread() !== '') throw new Error(`expected silence\n${dialogue.transcript()}`);
  }
  if (step.wait === undefined) return;
  codes.push(
    await dialogue.reply().then(
      (reply) => reply.slice(0, 3),
      () => hungUp,
    ),
  );
}
