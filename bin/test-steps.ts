import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './environment.ts';
import { findProgram } from './find-program.ts';
import { type TestProgramName, testPrograms } from './test-programs.ts';
import { installHaraka } from './testing/haraka.ts';

export type Counts = { passed: number; failed: number; skipped: number };

/** A program of this project to run under this very Node, with its arguments. */
export type Command = { program: string; args: string[]; env?: { [name: string]: string } };

export type Step = {
  name: string;
  commands: () => Promise<Command[] | { impossible: string }>;
  /** Waits for the network most of the time: its commands are asked for at once, and run in their turn. */
  early?: true;
  /** Where the step leaves its counts; a step without is one check. */
  results?: { file: string; read: (json: string) => Counts };
};

const PROGRAMS = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  next: 'node_modules/next/dist/bin/next',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
  lintImports: 'bin/lint-imports.ts',
} as const;

const resultsDir = path.join(projectRoot, 'test-results');

/** In this order, each only after the one before has passed. */
export const steps: readonly Step[] = [
  check('format', { program: PROGRAMS.biome, args: ['format', '.'] }),
  check(
    'lint',
    { program: PROGRAMS.biome, args: ['check', '--formatter-enabled=false', '--error-on-warnings', '.'] },
    { program: PROGRAMS.lintImports, args: [] },
  ),
  // Next writes the types of the routes, which a clean clone does not have.
  check(
    'types',
    { program: PROGRAMS.next, args: ['typegen'] },
    { program: PROGRAMS.tsc, args: ['--noEmit', '-p', '.'] },
  ),
  vitest('unit'),
  programs(),
  vitest('integration'),
  endToEnd(),
];

function check(name: string, ...commands: Command[]): Step {
  return { name, commands: async () => commands };
}

/** What the tests after it need of the system is found, or installed, before any of them runs. */
function programs(): Step {
  return {
    name: 'programs',
    early: true,
    commands: async () => {
      const missing: string[] = [];
      for (const name of Object.keys(testPrograms) as TestProgramName[]) {
        const found = await findProgram(name);
        if (!found.ok) missing.push(found.message);
      }
      await installHaraka().catch((error) =>
        missing.push(`The tests need Haraka from npm: ${error.message}`),
      );
      return missing.length === 0 ? [] : { impossible: missing.join('\n') };
    },
  };
}

function vitest(project: string): Step {
  const file = path.join(resultsDir, `${project}.json`);
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  return {
    name: project,
    commands: async () => [{ program: PROGRAMS.vitest, args }],
    results: { file, read: readVitest },
  };
}

function endToEnd(): Step {
  const file = path.join(resultsDir, 'end-to-end.json');
  return {
    name: 'end-to-end',
    commands: async () => {
      const chromium = await findProgram('chromium');
      if (!chromium.ok) return { impossible: chromium.message };
      const env = { POSTERN_CHROMIUM: chromium.program, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
      return [
        {
          program: PROGRAMS.playwright,
          args: ['test', '--reporter=list,json'],
          env,
        },
      ];
    },
    results: { file, read: readPlaywright },
  };
}

export function readVitest(json: string): Counts {
  const report = JSON.parse(json);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function readPlaywright(json: string): Counts {
  const { expected, unexpected, flaky, skipped } = JSON.parse(json).stats;
  // Nothing is tried twice, so what is flaky has failed.
  return { passed: expected, failed: unexpected + flaky, skipped };
}

/** The counts of a step that has run. One that went wrong counts a failure even where no single test did. */
export async function countResults(step: Step, succeeded: boolean): Promise<Counts> {
  const none = { passed: 0, failed: 0, skipped: 0 };
  if (step.results === undefined) return { ...none, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
  const counts = await readFile(step.results.file, 'utf8').then(step.results.read, () => none);
  return succeeded || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
