import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from './environment.ts';
import { atPlaces, blocksIn, isKnownBy, readRecipe, recipeFolder, recipes } from './testing/recipes.ts';

/** Blocks that no test runs, each by a line of it. */
const notTried: readonly (readonly [file: string, line: string])[] = [
  // The commands in it are those of the block above it; systemd is not to be had everywhere.
  ['own-mta.md', '[Unit]'],
  // KumoMTA is in no archive: the recipe says so.
  ['own-mta.md', 'local listener_domains'],
];

const files = (await readdir(recipeFolder)).filter((name) => name.endsWith('.md'));
const blocks = (
  await Promise.all(files.map(async (file) => (await blocksIn(file)).map((text) => ({ file, text }))))
).flat();

describe('the recipes', () => {
  test.each(blocks)('each block of $file is run by a test, or known not to be', ({ file, text }) => {
    const known = [...Object.values(recipes), ...notTried].filter(
      ([where, line]) => where === file && isKnownBy(text, line),
    );
    expect(known).toHaveLength(1);
  });

  test.each(Object.keys(recipes) as (keyof typeof recipes)[])(
    '%s is read by a test as it stands there',
    async (name) => {
      expect(await readRecipe(name)).not.toBe('');
      expect(await readersOf(`readRecipe('${name}')`)).not.toEqual([]);
    },
  );

  test('a service that is to be started again is, however often it could not start', async () => {
    const named = (await readdir(recipeFolder)).filter((name) => name.endsWith('.service'));
    const units = await Promise.all(named.map((name) => readFile(new URL(name, recipeFolder), 'utf8')));
    units.push(...blocks.flatMap(({ text }) => (text.includes('[Service]') ? [text] : [])));
    expect(units).toHaveLength(4);
    // Five starts within ten seconds would be the end of it: without its database a part ends within one.
    for (const unit of units)
      expect(unit).toMatch(/^StartLimitIntervalSec=0$[\s\S]*^Restart=always$[\s\S]*^RestartSec=\d/m);
  });

  test('what is to be replaced must stand in them', () => {
    expect(atPlaces('bind :25', { ':25': ':2525' })).toBe('bind :2525');
    expect(() => atPlaces('bind :25', { ':26': ':2525' })).toThrow(':26 does not stand');
  });
});

/** Sources of tests that have such a text. */
async function readersOf(text: string): Promise<string[]> {
  const folders = ['bin', 'smtp-worker/src'].map((folder) => path.join(projectRoot, folder));
  const listed = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true })).map((name) => path.join(folder, name)),
    ),
  );
  const ofTests = listed.flat().filter((file) => /\.test\.ts$|\/testing\/[^.]+\.ts$/.test(file));
  const texts = await Promise.all(ofTests.map((file) => readFile(file, 'utf8')));
  return ofTests.filter((_, index) => texts[index]?.includes(text));
}
