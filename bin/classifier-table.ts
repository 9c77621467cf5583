// Prints the confusion table of the classifier of reverse-DNS names as Markdown, or puts it into docs/policy.md.
// Usage: npm run classifier-table [-- --write | --mistakes [--all]]; mistakes on names that are held back are only
// listed with --all.

import { readFileSync, writeFileSync } from 'node:fs';
import { classifyHostName, explainName, type NameVerdict } from '../lib/domain/dynamic-names.ts';
import { isHeldBack } from '../lib/domain/testdata/held-back.ts';
import { parseTable } from '../lib/domain/testdata/parse-table.ts';

const collections = [
  ['ptr-names.tsv', 'first collection'],
  ['ptr-names-second.tsv', 'second collection'],
  ['ptr-shapes.tsv', 'shapes of providers'],
] as const;

const labels = {
  'residential-dynamic': 'pool or home line',
  'static-business': 'static line of an organisation',
  'generic-hosting': 'rented machine or mail cloud',
} as const;
type Label = keyof typeof labels;

const verdicts: readonly NameVerdict[] = ['dynamic', 'static', 'generic_hosting', 'unknown'];
const document = new URL('../docs/policy.md', import.meta.url);
const marks = ['<!-- classifier table: npm run classifier-table -- --write -->', '<!-- end -->'] as const;

function namesOf(file: string) {
  const text = readFileSync(new URL(`../lib/domain/testdata/${file}`, import.meta.url), 'utf8');
  return parseTable<'hostname' | 'ip' | 'label'>(text).map((row) => ({
    ...row,
    heldBack: isHeldBack(row.hostname),
    classification: classifyHostName(row.hostname, row.ip === '' ? undefined : row.ip),
  }));
}

function rowsOf(file: string, title: string): string[] {
  const names = namesOf(file);
  return (Object.keys(labels) as Label[]).flatMap((label) =>
    [false, true].map((heldBack) => {
      const labelled = names.filter((name) => name.label === label && name.heldBack === heldBack);
      const counts = verdicts.map(
        (verdict) => labelled.filter((name) => name.classification.verdict === verdict).length,
      );
      const part = heldBack ? 'held back' : 'tuned on';
      const pools = ((100 * (counts[0] ?? 0)) / labelled.length).toFixed(1);
      return `| ${title} | ${labels[label]} | ${part} | ${labelled.length} | ${counts.join(' | ')} | ${pools} % |`;
    }),
  );
}

/** The table as it stands in docs/policy.md. */
export function classifierTable(): string {
  return [
    `| names | what they support | part | number | ${verdicts.map((verdict) => `\`${verdict}\``).join(' | ')} | taken for a pool |`,
    `| --- | --- | --- | ${Array.from({ length: verdicts.length + 2 }, () => '---:').join(' | ')} |`,
    ...collections.flatMap(([file, title]) => rowsOf(file, title)),
  ].join('\n');
}

/** The table that docs/policy.md has between its marks. */
export function tableInDocument(): string {
  const [, after = ''] = readFileSync(document, 'utf8').split(marks[0]);
  return after.split(marks[1])[0]?.trim() ?? '';
}

function writeDocument(): void {
  const [before = '', after = ''] = readFileSync(document, 'utf8').split(marks[0]);
  const rest = after.slice(after.indexOf(marks[1]));
  writeFileSync(document, `${before}${marks[0]}\n${classifierTable()}\n${rest}`);
}

function mistakes(withHeldBack: boolean): string {
  return collections
    .flatMap(([file]) => namesOf(file))
    .filter((name) => (name.label === 'residential-dynamic') !== (name.classification.verdict === 'dynamic'))
    .filter((name) => withHeldBack || !name.heldBack)
    .map(
      (name) =>
        `- \`${name.hostname}\` (${labels[name.label as Label]}): ${explainName(name.classification)}`,
    )
    .join('\n');
}

if (import.meta.main) {
  if (process.argv.includes('--write')) writeDocument();
  else console.log(classifierTable());
  if (process.argv.includes('--mistakes')) console.log(`\n${mistakes(process.argv.includes('--all'))}`);
}
