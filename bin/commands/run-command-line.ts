import { createDatabase } from '../../db/client.ts';
import { printable } from '../../lib/domain/terminal-text.ts';
import { checkDatabase } from '../check-database.ts';
import type { OpenedEnvironment } from '../environment.ts';
import { type CommandResult, done, failed, misused } from './command.ts';
import { commands } from './commands.ts';
import { type ParsedCommandLine, parseCommandLine } from './parse-command-line.ts';
import { printableJson } from './printable.ts';

const DONE = 0;
const FAILED = 1;
const USAGE = 2;

type OpenEnvironment = (makesDatabase: boolean) => Promise<OpenedEnvironment>;

/** What a command leaves: its exit code, and what it says on either stream, without the last line end. */
export type CommandOutcome = { code: number; stdout: string; stderr: string };

/**
 * Runs one command.
 * @param openEnvironment called only for a command line that can be run; `makesDatabase` for what works on an empty one
 * @param tell hears how far a long command is, while it runs
 */
export async function runCommandLine(
  argv: readonly string[],
  openEnvironment: OpenEnvironment,
  tell: (line: string) => void = () => {},
): Promise<CommandOutcome> {
  const parsed = parseCommandLine(argv, commands);
  const result = await resultOf(parsed, openEnvironment, tell);
  if (result.ok) {
    return {
      code: DONE,
      stdout: parsed.json ? pretty(result.json) : printable(result.text),
      stderr: parsed.json ? '' : printable(result.note ?? ''),
    };
  }
  const { code, message } = result;
  return {
    code: result.usage === true ? USAGE : FAILED,
    stdout: parsed.json ? pretty(result.json ?? { ok: false, code, message }) : '',
    stderr: printable(message),
  };
}

async function resultOf(
  parsed: ParsedCommandLine,
  openEnvironment: OpenEnvironment,
  tell: (line: string) => void,
): Promise<CommandResult> {
  if (parsed.kind === 'help') return done(parsed.text, { help: parsed.text });
  if (parsed.kind === 'usage') return misused(parsed.message);
  return execute(parsed, openEnvironment, tell).catch(outage);
}

async function execute(
  { command, words, options }: Extract<ParsedCommandLine, { kind: 'run' }>,
  openEnvironment: OpenEnvironment,
  tell: (line: string) => void,
): Promise<CommandResult> {
  const first = command.beforeMigration === true;
  const opened = await openEnvironment(first);
  if (!opened.ok) return failed(opened.code, opened.message);
  const { environment, close } = opened;
  const connection = createDatabase(environment.databaseUrl, { max: 2, applicationName: 'postern cli' });
  try {
    const complaint =
      command.seesToDatabase === true ? null : await checkDatabase(environment.databaseUrl, !first, first);
    if (complaint !== null) return failed('database', complaint);
    const { database } = connection;
    return await command.run({ words, options, environment, database, now: new Date(), tell });
  } finally {
    await connection.close();
    await close();
  }
}

/** Something is broken: the operator is who mends it, and reads the cause. */
function outage(error: unknown): CommandResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return failed('unexpected', `It failed: ${message}`);
}

function pretty(json: unknown): string {
  return printableJson(json, 2);
}
