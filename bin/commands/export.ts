import { listRelayEntries } from '../../db/queries/public-whitelist.ts';
import { type ExportFormat, exportFormats, writeExport } from '../../lib/domain/mta-export.ts';
import { watchExport } from '../watch-export.ts';
import { writeAtomically } from '../write-atomically.ts';
import { type Command, type CommandCall, type CommandResult, done, misused } from './command.ts';

const pollMs = 5_000;
const defaultStaleSeconds = 900;

export const exportCommand: Command = {
  name: 'export',
  words: [exportFormats.join('|')],
  options: {
    out: { value: 'FILE' },
    watch: {},
    run: { value: 'COMMAND' },
    'stale-after': { value: 'SECONDS' },
  },
  summary:
    'Print what is in force as another MTA reads it, or write it to a file; --watch keeps the file so, runs a command after each change, and lets nobody in once the database has been away for 900 seconds',
  // On the machine of an MTA the login is one of postern_smtp, which sees the view and nothing else.
  seesToDatabase: true,
  run: async (call) => {
    const { words, options } = call;
    const format = exportFormats.find((known) => known === words[exportFormats.join('|')]);
    if (format === undefined) return misused(`The format is one of ${exportFormats.join(', ')}.`);
    const staleSeconds = Number(options['stale-after'] ?? defaultStaleSeconds);
    if (!Number.isSafeInteger(staleSeconds) || staleSeconds < 1) {
      return misused('--stale-after is a number of seconds.');
    }
    if (options.watch === true) return watch(call, format, staleSeconds);
    if (options.run !== undefined) return misused('--run goes with --watch.');
    const { text, entries, leftOut } = writeExport(
      format,
      await listRelayEntries(call.database, call.now),
      false,
    );
    if (typeof options.out !== 'string')
      return done(text.trimEnd(), { format, entries, left_out: leftOut, text });
    await writeAtomically(options.out, text);
    return done(`${entries} entries in force, ${leftOut} left out.`, { format, entries, left_out: leftOut });
  },
};

async function watch(
  { database, environment, options }: CommandCall,
  format: ExportFormat,
  staleSeconds: number,
): Promise<CommandResult> {
  if (typeof options.out !== 'string') return misused('--watch needs a file: --out FILE.');
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  try {
    await watchExport({
      database,
      databaseUrl: environment.databaseUrl,
      format,
      file: options.out,
      command: typeof options.run === 'string' ? options.run : null,
      staleMs: staleSeconds * 1000,
      pollMs,
      signal: stopping.signal,
      now: () => new Date(),
      say: (line) => console.error(`${new Date().toISOString()} ${line}`),
    });
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
  }
  return done('', { stopped: true });
}
