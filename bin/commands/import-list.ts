import { readFile } from 'node:fs/promises';
import { importEntries, type RowOutcome, type RowRefusal } from '../../lib/operations/import-entries.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { requirementSentence } from '../../lib/web/messages/requirements.ts';
import { type Command, type CommandResult, done, failed } from './command.ts';
import { readList } from './read-list.ts';
import { refusedBy } from './refusal-sentence.ts';
import { table } from './table.ts';

export const entryImportCommand: Command = {
  name: 'entry import',
  words: ['FILE'],
  options: { 'dry-run': {} },
  summary:
    'Take over a list that was kept by hand (CSV or lines of address and server): in force at once, to be attested within 90 days',
  run: async ({ database, words, options, now, tell }) => {
    const file = words.FILE ?? '';
    const octets = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
    if (!Buffer.isBuffer(octets)) return failed('unreadable', `${file} cannot be read: ${octets.message}.`);
    const text = decode(octets);
    if (text === null) return failed('unreadable', `${file} is not UTF-8 text. Save it as UTF-8.`);
    const list = readList(text);
    if (!list.ok) return failed('unreadable', list.message);
    const dryRun = options['dry-run'] === true;
    const result = await importEntries({
      database,
      actor: operatorActor,
      rows: list.rows,
      dryRun,
      now,
      onProgress: (step, count, of) => {
        if (count % TOLD_EVERY === 0 && count < of) tell(progress[step](number(count), number(of)));
      },
    });
    if (!result.ok) return refusedBy(result);
    return resultOf(result.rows, dryRun);
  },
};

/** Rows after which it says how far it is. */
const TOLD_EVERY = 500;

const number = (count: number) => count.toLocaleString('en');
const progress = {
  looked_at: (count: string, of: string) => `${count} of ${of} rows looked at`,
  taken: (count: string, of: string) => `${count} of ${of} rows in force`,
};

/** What was taken is done, whatever else was not; a list of which nothing is, is a failure. */
function resultOf(rows: readonly RowOutcome[], dryRun: boolean): CommandResult {
  const message = report(rows, dryRun);
  if (counts(rows).refused < rows.length) return done(message, json(rows, dryRun));
  const code = 'none_taken';
  return { ok: false, code, message, json: { ok: false, code, message, ...json(rows, dryRun) } };
}

function decode(octets: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return null;
  }
}

function counts(rows: readonly RowOutcome[]) {
  const of = (outcome: RowOutcome['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return { imported: of('imported'), already_there: of('already_there'), refused: of('refused') };
}

/** What was or would be taken in one sentence, and each row that is not, with the reason. */
function report(rows: readonly RowOutcome[], dryRun: boolean): string {
  const { imported, already_there: there, refused } = counts(rows);
  const sentence = dryRun
    ? `${imported} of ${rows.length} rows would be in force; ${there} are already, ${refused} are not taken. Nothing was changed.`
    : `${imported} of ${rows.length} rows are in force now; ${there} were already, ${refused} are not taken.`;
  const lines = rows.flatMap((row) =>
    row.outcome === 'refused'
      ? [[String(row.row.line), row.row.network, row.row.server, row.account ?? '', explain(row.refusal)]]
      : [],
  );
  if (lines.length === 0) return sentence;
  return `${sentence}\n\n${table(['LINE', 'NETWORK', 'SERVER', 'ACCOUNT', 'NOT TAKEN BECAUSE'], lines)}`;
}

const explanations: Readonly<Record<string, (about: string) => string>> = {
  not_canonical: () => 'it is no address and no network in canonical form',
  unknown_server: () => 'there is no such server: feed it first',
  repeated: (line) => `line ${line} says the same`,
  covered: (line) => `line ${line} covers it`,
  listed_for_another: (line) => `line ${line} claims it for another server: find out whose it is`,
  overlaps_live_entry: (what) => `it overlaps ${what || 'a live entry'}`,
  no_verified_domain: () => 'the server has no verified sender domain: feed or verify one first',
};

function explain({ reason, about, suggestions, failure }: RowRefusal): string {
  const offer = suggestions.length === 0 ? '' : `; meant may be ${suggestions.join(' or ')}`;
  const words = explanations[reason];
  if (words !== undefined) return `${words(about ?? '')}${offer}`;
  if (failure === null) return reason;
  const { saw, value } = requirementSentence(failure);
  return `${failure.requirement}: ${saw} ${value ?? ''}`.trim();
}

function json(rows: readonly RowOutcome[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    ...counts(rows),
    rows: rows.map((one) => ({
      line: one.row.line,
      network: one.network,
      server: one.row.server,
      account: one.account,
      outcome: one.outcome,
      ...(one.outcome === 'refused' ? refusalJson(one.refusal) : { entry: one.entryId }),
      ...(one.outcome === 'imported' ? { review_by: one.reviewBy.toISOString() } : {}),
    })),
  };
}

function refusalJson({ reason, about, suggestions, failure }: RowRefusal) {
  const requirement = failure === null ? {} : { requirement: failure.requirement, code: failure.reason };
  return {
    reason,
    ...requirement,
    about,
    suggestions,
    message: explain({ reason, about, suggestions, failure }),
  };
}
