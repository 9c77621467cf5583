import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { dotLineOctets } from '../session/scan-body.ts';
import type { Envelope, HandOver, HandOverAnswer, HandOverEvents } from '../session/types.ts';
import { syncFolder } from '../sync-folder.ts';

// Where there is no next hop, accepted mail is kept as files: what was told 250 is on stable storage.

export type Maildir = {
  readonly open: (envelope: Envelope, events: HandOverEvents) => HandOver;
};

const accepted: HandOverAnswer = { kind: 'accepted', text: 'Maildir' };
/** Octets that may wait to be written before the client is held back. */
const highWater = 256 * 1024;
/** Nobody writes to one for so long: the rule of maildir(5). */
const oldestDraftMs = 36 * 60 * 60 * 1000;

/** @throws Error with a sentence for the operator where the folder cannot be had */
export async function openMaildir(folder: string): Promise<Maildir> {
  for (const part of ['tmp', 'new', 'cur']) {
    await mkdir(path.join(folder, part), { recursive: true, mode: 0o700 }).catch((error) => {
      throw new Error(
        `The Maildir ${folder} cannot be made (${error.code}): set SMTP_NEXT_HOP, or a POSTERN_DATA_DIR where this user may write.`,
      );
    });
  }
  // A folder that is not on stable storage holds no message that is.
  for (const made of [folder, path.dirname(folder)]) await syncFolder(made);
  await removeOldDrafts(path.join(folder, 'tmp'));
  return { open: (envelope, events) => startDelivery(folder, envelope, events) };
}

/** What a process left behind that was killed while it wrote: nobody was told that it is kept. */
async function removeOldDrafts(drafts: string): Promise<void> {
  const before = Date.now() - oldestDraftMs;
  for (const name of await readdir(drafts)) {
    const draft = path.join(drafts, name);
    // Others that share the folder may remove it first.
    const known = await stat(draft).catch(() => null);
    if (known !== null && known.mtimeMs < before) await unlink(draft).catch(() => {});
  }
}

function startDelivery(folder: string, envelope: Envelope, events: HandOverEvents): HandOver {
  const recipients: string[] = [];
  const name = `${Date.now()}.${process.pid}_${randomBytes(6).toString('hex')}.${envelope.transactionId}`;
  const draft = path.join(folder, 'tmp', name);
  const kept = path.join(folder, 'new', name);
  const unstuff = newUnstuffer();
  let file: FileHandle | null = null;
  let work: Promise<void> = Promise.resolve();
  let unwritten = 0;
  let failure: Error | null = null;
  let over = false;
  /** There may be a file. */
  let begun = false;

  /** One step after the other; after a failure none. */
  function then(step: () => Promise<void>): void {
    work = work.then(async () => {
      if (failure !== null) return;
      try {
        await step();
      } catch (error) {
        failure = error as Error;
      }
    });
  }

  function answer(tell: (given: HandOverAnswer) => void): void {
    work.then(() => {
      if (!over) tell(failure === null ? accepted : notStored(failure));
    });
  }

  function append(octets: Buffer): void {
    unwritten += octets.length;
    then(async () => {
      await file?.writeFile(octets);
      unwritten -= octets.length;
    });
  }

  return {
    recipient: (to) => {
      recipients.push(to);
      answer((given) => events.recipientAnswered(given));
    },
    openBody: () => {
      begun = true;
      then(async () => {
        file = await open(draft, 'wx', 0o600);
      });
      append(Buffer.from(envelopeFields(envelope, recipients)));
      answer((given) => events.bodyOpened(given));
    },
    write: (octets) => {
      append(unstuff(octets));
      if (unwritten <= highWater) return true;
      answer(() => events.drained());
      return false;
    },
    finish: (octets) => {
      append(unstuff(octets.subarray(0, octets.length - dotLineOctets)));
      then(async () => {
        await file?.sync();
        await file?.close();
        file = null;
        await rename(draft, kept);
        await syncFolder(path.join(folder, 'new'));
      });
      answer((given) => {
        if (given.kind !== 'accepted') forget();
        events.finished(given);
      });
    },
    abandon: () => {
      over = true;
      forget();
    },
  };

  /**
   * Nothing remains of it, also where its name in `new` could not be made lasting: the client sends it again. A file that
   * never came to be is no error.
   */
  function forget(): void {
    if (!begun) return;
    work = work.then(async () => {
      await file?.close().catch(() => {});
      file = null;
      for (const name of [draft, kept]) await unlink(name).catch(() => {});
    });
  }
}

function notStored(error: Error): HandOverAnswer {
  return { kind: 'refused', code: 452, enhanced: '4.3.1', text: error.message };
}

/** RFC 5321 4.4: final delivery writes the reverse-path; the recipients would be lost without their own fields. */
function envelopeFields(envelope: Envelope, recipients: readonly string[]): string {
  const fields = [`Return-Path: <${envelope.sender}>`, ...recipients.map((to) => `Delivered-To: ${to}`)];
  return `${fields.join('\r\n')}\r\n`;
}

const lineStartDot = Buffer.from('\r\n.');

/** Takes stuffed dots off (RFC 5321 4.5.2). Chunks never end within CR LF, nor between a line's start and its dot. */
export function newUnstuffer(): (octets: Buffer) => Buffer {
  let atLineStart = true;
  return (octets) => {
    if (octets.length === 0) return octets;
    const kept: Buffer[] = [];
    let from = atLineStart && octets[0] === 0x2e ? 1 : 0;
    for (let at = octets.indexOf(lineStartDot); at >= 0; at = octets.indexOf(lineStartDot, at + 3)) {
      kept.push(octets.subarray(from, at + 2));
      from = at + 3;
    }
    kept.push(octets.subarray(from));
    atLineStart = octets[octets.length - 1] === 0x0a;
    return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
  };
}
