import { createDatabase } from '../db/client.ts';
import { checkDatabase } from './check-database.ts';
import type { CommandResult } from './commands/command.ts';
import { commands } from './commands/commands.ts';
import { type ParsedCommandLine, parseCommandLine } from './commands/parse-command-line.ts';
import { openOperatorEnvironment } from './environment.ts';

// The operators' command line. It needs the database and nothing else, so it works with the portal down.

const FAILED = 1;
const USAGE = 2;

const parsed = parseCommandLine(process.argv.slice(2), commands);
if (parsed.kind === 'help') console.log(parsed.text);
else if (parsed.kind === 'usage') {
  console.error(parsed.message);
  process.exitCode = USAGE;
} else {
  const result = await execute(parsed).catch((error: unknown) => outage(error));
  print(result, parsed.json);
}

async function execute(asked: Extract<ParsedCommandLine, { kind: 'run' }>): Promise<CommandResult> {
  const { environment, close } = await openOperatorEnvironment();
  const { command, words, options } = asked;
  const connection = createDatabase(environment.databaseUrl, { max: 2, applicationName: 'postern cli' });
  try {
    const complaint = await checkDatabase(environment.databaseUrl, command.beforeMigration !== true);
    if (complaint !== null) return { ok: false, code: 'database', message: complaint };
    return await command.run({
      words,
      options,
      environment,
      database: connection.database,
      now: new Date(),
    });
  } finally {
    await connection.close();
    await close();
  }
}

function print(result: CommandResult, json: boolean): void {
  if (result.ok) {
    console.log(json ? JSON.stringify(result.json, null, 2) : result.text);
    return;
  }
  console.error(result.message);
  if (json) console.log(JSON.stringify(result.json ?? problem(result), null, 2));
  process.exitCode = result.usage === true ? USAGE : FAILED;
}

function problem({ code, message }: { code: string; message: string }) {
  return { ok: false, code, message };
}

function outage(error: unknown): CommandResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return { ok: false, code: 'unexpected', message: `It failed: ${message}` };
}
