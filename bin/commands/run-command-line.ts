import { createDatabase } from '../../db/client.ts';
import { checkDatabase } from '../check-database.ts';
import type { OperatorEnvironment } from '../environment.ts';
import type { CommandResult } from './command.ts';
import { commands } from './commands.ts';
import { type ParsedCommandLine, parseCommandLine } from './parse-command-line.ts';

const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/** What a command leaves: its exit code, and what it says on either stream, without the last line end. */
export type CommandOutcome = { code: number; stdout: string; stderr: string };

/**
 * Runs one command.
 * @param openEnvironment called only for a command line that can be run
 */
export async function runCommandLine(
  argv: readonly string[],
  openEnvironment: () => Promise<OperatorEnvironment>,
): Promise<CommandOutcome> {
  const parsed = parseCommandLine(argv, commands);
  if (parsed.kind === 'help') return { code: DONE, stdout: parsed.text, stderr: '' };
  if (parsed.kind === 'usage') return { code: USAGE, stdout: '', stderr: parsed.message };
  const result = await execute(parsed, openEnvironment).catch(outage);
  if (result.ok) {
    return { code: DONE, stdout: parsed.json ? pretty(result.json) : result.text, stderr: '' };
  }
  const { code, message } = result;
  return {
    code: result.usage === true ? USAGE : FAILED,
    stdout: parsed.json ? pretty(result.json ?? { ok: false, code, message }) : '',
    stderr: message,
  };
}

async function execute(
  { command, words, options }: Extract<ParsedCommandLine, { kind: 'run' }>,
  openEnvironment: () => Promise<OperatorEnvironment>,
): Promise<CommandResult> {
  const { environment, close } = await openEnvironment();
  const connection = createDatabase(environment.databaseUrl, { max: 2, applicationName: 'postern cli' });
  try {
    const complaint =
      command.seesToDatabase === true
        ? null
        : await checkDatabase(environment.databaseUrl, command.beforeMigration !== true);
    if (complaint !== null) return { ok: false, code: 'database', message: complaint };
    const { database } = connection;
    return await command.run({ words, options, environment, database, now: new Date() });
  } finally {
    await connection.close();
    await close();
  }
}

/** Something is broken: the operator is who mends it, and reads the cause. */
function outage(error: unknown): CommandResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return { ok: false, code: 'unexpected', message: `It failed: ${message}` };
}

function pretty(json: unknown): string {
  return JSON.stringify(json, null, 2);
}
