import 'server-only';
import { headers } from 'next/headers';
import type { LiveSession } from '../../db/queries/sessions.ts';
import { type LadderPolicy, type LadderStep, ladderSteps, rank } from '../domain/ladder-policy.ts';
import {
  endsOtherwise,
  type LadderPreview,
  type PreviewedEntry,
  previewLadder,
} from '../operations/preview-ladder.ts';
import { actorOf } from './actor.ts';
import { ladderFromFields } from './ladder-fields.ts';
import { ladder as words } from './messages/ladder.ts';
import { portal } from './portal.ts';

type Sums = Record<LadderStep, { would: number; did: number }>;

export type TriedLadder =
  | {
      ok: true;
      ladder: LadderPolicy;
      preview: Pick<LadderPreview, 'looked' | 'complete' | 'entries'>;
      otherwise: number;
      /** How many entries came how far. */
      sums: Sums;
    }
  | { ok: false; field: string; message: string };

/** Tries a ladder that was typed into the form on what was seen in the last month. Saves nothing. */
export async function tryLadder(
  session: LiveSession,
  given: Readonly<Record<string, string | string[] | undefined>>,
  now: Date,
): Promise<TriedLadder> {
  const actor = actorOf(session, await headers());
  const ladder = ladderFromFields(given);
  const result = await previewLadder({ database: portal().database, actor, ladder, now });
  if (result.ok) {
    const { entries } = result;
    return {
      ok: true,
      ladder: result.ladder,
      preview: result,
      otherwise: entries.filter(endsOtherwise).length,
      sums: sumsOf(entries),
    };
  }
  if (result.code !== 'invalid') return { ok: false, field: '', message: words.adminOnly };
  const { problems } = words;
  const message = Object.hasOwn(problems, result.reason)
    ? problems[result.reason as keyof typeof problems]
    : problems.other;
  return { ok: false, field: result.field, message };
}

function sumsOf(entries: readonly PreviewedEntry[]): Sums {
  const highest = (steps: readonly { step: LadderStep }[]) =>
    Math.max(0, ...steps.map(({ step }) => rank(step)));
  const count = (step: LadderStep, of: (entry: PreviewedEntry) => readonly { step: LadderStep }[]) =>
    entries.filter((entry) => highest(of(entry)) === rank(step)).length;
  return Object.fromEntries(
    ladderSteps.map((step) => [
      step,
      { would: count(step, ({ would }) => would), did: count(step, ({ did }) => did) },
    ]),
  ) as Sums;
}
