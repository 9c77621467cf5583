import path from 'node:path';
import { type Zone, zones } from './import-rules.ts';

export type Source = { path: string; text: string };

const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$/gm;
const IMPORTS = [
  /^[ \t]*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"`]([^'"`]+)['"`]/g,
  /\brequire\(\s*['"`]([^'"`]+)['"`]/g,
];
const TEST = /\.test\.tsx?$|(^|\/)testing[^/]*\.tsx?$|-testing\.tsx?$|\/test(ing|data)\//;
const CODE = /\.tsx?$|\.mjs$/;

/**
 * One sentence for each import that the rules do not allow.
 * @param dependencies the packages that an installation without the tools of development has
 */
export function checkImports(sources: readonly Source[], dependencies: readonly string[]): string[] {
  return sources.flatMap((source) => checkSource(source, dependencies));
}

function checkSource(source: Source, dependencies: readonly string[]): string[] {
  const zone = zones.find(({ holds }) => holds.test(source.path));
  if (zone === undefined)
    return [`${source.path} is in no zone: say in bin/import-rules.ts who may import what there`];
  // Comments go, their lines stay, so that a place can be named.
  const code = source.text.replace(COMMENTS, (comment) => comment.replace(/[^\n]/g, ' '));
  const complaints = [...findImports(code)].flatMap(({ specifier, line }) => {
    const complaint =
      checkImport(zone, source.path, specifier) ?? checkPackage(zone, source.path, specifier, dependencies);
    return complaint === null ? [] : [`${source.path}:${line} ${complaint}`];
  });
  if (/(^|\/)index\.tsx?$/.test(source.path))
    complaints.push(`${source.path} is a barrel: import the files themselves`);
  if (!TEST.test(source.path)) complaints.push(...checkWords(zone, source.path, code));
  return complaints;
}

function* findImports(code: string): Generator<{ specifier: string; line: number }> {
  for (const pattern of IMPORTS) {
    for (const match of code.matchAll(pattern)) {
      yield { specifier: match[1] ?? '', line: lineOf(code, match.index + match[0].length) };
    }
  }
}

function checkImport(zone: Zone, importer: string, specifier: string): string | null {
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? `./${path.posix.join(path.posix.dirname(importer), specifier)}` : specifier;
  if (isRelative && !CODE.test(specifier) && !/\.(css|json|svg|png|woff2)$/.test(specifier)) {
    return `imports "${specifier}" without its ending`;
  }
  const allowed = TEST.test(importer) ? [...zone.may, ...(zone.testsMay ?? [])] : zone.may;
  if (!allowed.some((rule) => isWithin(target, rule))) return `may not import "${specifier}" (${zone.name})`;
  // Nobody imports a route but what stands in the same folder, above or below it.
  if (target.startsWith('./app/') && !isSameBranch(importer, target.slice(2))) {
    return `may not import "${specifier}": it belongs to another route`;
  }
  return null;
}

function checkPackage(
  zone: Zone,
  importer: string,
  specifier: string,
  dependencies: readonly string[],
): string | null {
  if (zone.forDevelopment === true || TEST.test(importer) || /^(\.|node:)/.test(specifier)) return null;
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [specifier];
  if (dependencies.includes(name)) return null;
  return `imports "${specifier}", which is not among the dependencies in package.json`;
}

function isWithin(target: string, rule: string): boolean {
  if (rule === '*') return !target.startsWith('./');
  if (rule.endsWith('/') || rule.endsWith(':')) return target.startsWith(rule);
  return target === rule || target.startsWith(`${rule}/`);
}

function isSameBranch(one: string, other: string): boolean {
  const [first, second] = [path.posix.dirname(one), path.posix.dirname(other)];
  return `${first}/`.startsWith(`${second}/`) || `${second}/`.startsWith(`${first}/`);
}

function checkWords(zone: Zone, file: string, code: string): string[] {
  return (zone.never ?? []).flatMap(([pattern, what]) => {
    const match = pattern.exec(code);
    return match === null
      ? []
      : [`${file}:${lineOf(code, match.index)} ${what}, which ${zone.name} must not`];
  });
}

function lineOf(code: string, index: number): number {
  return code.slice(0, index).split('\n').length;
}
