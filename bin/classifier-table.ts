// Prints the confusion table of the classifier of reverse-DNS names as Markdown, for docs/policy.md.
// Usage: node bin/classifier-table.ts [--all]; mistakes on names that are held back are only listed with --all.

import { readFileSync } from 'node:fs';
import { classifyHostName, explainName, type NameVerdict } from '../lib/domain/dynamic-names.ts';
import { isHeldBack } from '../lib/domain/testdata/held-back.ts';
import { parseTable } from '../lib/domain/testdata/parse-table.ts';

const labels = {
  'residential-dynamic': 'pool or home line',
  'static-business': 'static line of an organisation',
  'generic-hosting': 'rented machine or mail cloud',
} as const;
type Label = keyof typeof labels;

const verdicts: readonly NameVerdict[] = ['dynamic', 'static', 'generic_hosting', 'unknown'];

const names = parseTable<'hostname' | 'ip' | 'label'>(
  readFileSync(new URL('../lib/domain/testdata/ptr-names.tsv', import.meta.url), 'utf8'),
).map((row) => ({
  ...row,
  heldBack: isHeldBack(row.hostname),
  classification: classifyHostName(row.hostname, row.ip === '' ? undefined : row.ip),
}));

function row(label: Label, heldBack: boolean): string {
  const labelled = names.filter((name) => name.label === label && name.heldBack === heldBack);
  const counts = verdicts.map(
    (verdict) => labelled.filter((name) => name.classification.verdict === verdict).length,
  );
  const part = heldBack ? 'held back' : 'tuned on';
  const pools = ((100 * (counts[0] ?? 0)) / labelled.length).toFixed(1);
  return `| ${labels[label]} | ${part} | ${labelled.length} | ${counts.join(' | ')} | ${pools} % |`;
}

const table = [
  `| what the name supports | part | names | ${verdicts.map((verdict) => `\`${verdict}\``).join(' | ')} | taken for a pool |`,
  `| --- | --- | ${Array.from({ length: verdicts.length + 2 }, () => '---:').join(' | ')} |`,
  ...(Object.keys(labels) as Label[]).flatMap((label) => [row(label, false), row(label, true)]),
];
const misjudged = names.filter(
  (name) => (name.label === 'residential-dynamic') !== (name.classification.verdict === 'dynamic'),
);
const shown = misjudged.filter((name) => !name.heldBack || process.argv.includes('--all'));
const mistakes = shown.map(
  (name) => `- \`${name.hostname}\` (${labels[name.label as Label]}): ${explainName(name.classification)}`,
);
console.log([...table, '', `Misjudged: ${misjudged.length} of ${names.length}.`, '', ...mistakes].join('\n'));
