import { readFile } from 'node:fs/promises';

/** Where the recipes stand. */
export const recipeFolder = new URL('../../docs/recipes/', import.meta.url);

/** The blocks of recipes that tests run as they stand there: in which file, and a line by which each is known. */
export const recipes = {
  'haproxy.cfg': ['haproxy.md', 'frontend submission'],
  'node behind HAProxy': ['haproxy.md', 'SMTP_PROXY_PORT='],
  'node before Postfix': ['postfix-next-hop.md', 'SMTP_NEXT_HOP='],
  'master.cf': ['postfix-next-hop.md', '10.0.0.20:10025 inet'],
  'main.cf': ['own-mta.md', 'smtpd_recipient_restrictions ='],
  'export commands': ['own-mta.md', 'npm run -s postern -- export'],
  'relay.ini': ['own-mta.md', '[relay]'],
  'login of an MTA': ['own-mta.md', 'create role mta'],
} as const satisfies Record<string, readonly [file: string, line: string]>;

export type RecipeName = keyof typeof recipes;

/** @returns the text of a block, without its fences. @throws Error unless there is exactly one */
export async function readRecipe(name: RecipeName): Promise<string> {
  const [file, line] = recipes[name];
  const blocks = (await blocksIn(file)).filter((block) => isKnownBy(block, line));
  const [block, ...more] = blocks;
  if (block === undefined || more.length > 0)
    throw new Error(`${blocks.length} blocks of ${file} have ${line}`);
  return block;
}

export const isKnownBy = (block: string, line: string) =>
  block.split('\n').some((each) => each.startsWith(line));

/** All code blocks of a recipe in their order. */
export async function blocksIn(file: string): Promise<string[]> {
  const text = await readFile(new URL(file, recipeFolder), 'utf8');
  return [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/**
 * A recipe for this machine: addresses, ports and paths are replaced, and nothing else.
 * @throws Error where one of them does not stand in the recipe
 */
export function atPlaces(recipe: string, places: Readonly<Record<string, string>>): string {
  let text = recipe;
  for (const [place, here] of Object.entries(places)) {
    if (!text.includes(place)) throw new Error(`${place} does not stand in the recipe:\n${recipe}`);
    text = text.replaceAll(place, here);
  }
  return text;
}

/** `NAME=value` lines of a recipe. */
export function settingsIn(recipe: string): Record<string, string> {
  const lines = recipe.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [/^\w+/.exec(line)?.[0], line.replace(/^\w+=/, '')]));
}
