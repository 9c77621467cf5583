import { runCommandLine } from './commands/run-command-line.ts';
import { openOperatorEnvironment } from './environment.ts';

// The operators' command line. It needs the database and nothing else, so it works with the portal down.

const { code, stdout, stderr } = await runCommandLine(
  process.argv.slice(2),
  openOperatorEnvironment,
  console.error,
);
if (stdout !== '') console.log(stdout);
if (stderr !== '') console.error(stderr);
process.exitCode = code;
