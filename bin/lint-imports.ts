import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkImports } from './check-imports.ts';
import { projectRoot } from './environment.ts';

// Part of `npm run lint`: the rules are data, in import-rules.ts.

const PATTERNS = [
  '{app,bench,bin,components,db,e2e,endurance,lib,smtp-worker}/**/*.{ts,tsx,mjs}',
  '*.{ts,mjs}',
];
const FOREIGN = /(^|\/)(node_modules|dist)\/|\.d\.ts$/;

const files: string[] = [];
for await (const file of glob(PATTERNS, { cwd: projectRoot })) {
  const place = file.split(path.sep).join('/');
  if (!FOREIGN.test(place)) files.push(place);
}
const sources = await Promise.all(
  files
    .sort()
    .map(async (file) => ({ path: file, text: await readFile(path.join(projectRoot, file), 'utf8') })),
);
const { dependencies } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8'));
const complaints = checkImports(sources, Object.keys(dependencies));
for (const complaint of complaints) console.error(complaint);
console.log(`${sources.length} files, ${complaints.length} forbidden imports`);
process.exitCode = complaints.length === 0 ? 0 : 1;
