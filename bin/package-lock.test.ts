import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './environment.ts';

type Locked = { version?: string; optionalDependencies?: { [name: string]: string } };

// `npm ci` refuses a lock file in which a package for another platform has no entry, and npm leaves the entry out where
// the registry that it asked had no such package.
test('the lock file has an entry for every optional package of every platform', async () => {
  const lock = JSON.parse(await readFile(path.join(projectRoot, 'package-lock.json'), 'utf8'));
  const packages: { [place: string]: Locked } = lock.packages;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !packages[`${place}/node_modules/${name}`]?.version && !packages[`node_modules/${name}`]?.version,
    ),
  );
  expect(missing).toEqual([]);
});
