// Takes a host name apart for judging it.

export type HostName = {
  readonly name: string;
  /** The labels that are somebody's choice: without the registered domain, which is a company's name. */
  readonly hostLabels: readonly string[];
  readonly domainLabel: string;
  /** The words in them, without the digits beside them. */
  readonly tokens: readonly string[];
};

/** Second-level labels under which names are registered: `example.co.uk`, `example.net.br`. */
const registries = new Set(
  'ac ad adm asn biz co com ed edu eng firm gen gob gouv gov gr gub id ind info lg ltd me mil ne net nhs nom or org plc res sch sk web'.split(
    ' ',
  ),
);

/**
 * Takes a host name apart, lower case and without the final dot.
 * @returns undefined for what is no host name: hostile text, an address, the name of a PTR record itself
 */
export function parseHostName(text: string): HostName | undefined {
  const name = text.toLowerCase().replace(/\.$/, '');
  // RFC 1123 section 2.1 and, as they exist, underscores and hyphens anywhere; all else is data from a stranger.
  if (name.length > 253 || !/^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(name)) return undefined;
  // Neither an address in place of a name nor the name of the PTR record itself.
  if (!/\.[a-z][a-z0-9-]*$/.test(name) || name.endsWith('.arpa')) return undefined;
  const labels = name.split('.');
  const [second = '', top = ''] = labels.slice(-2);
  const registered = labels.length > 2 && top.length === 2 && registries.has(second) ? 3 : 2;
  const hostLabels = labels.slice(0, labels.length - registered);
  const domainLabel = labels[labels.length - registered] ?? '';
  return { name, hostLabels, domainLabel, tokens: hostLabels.flatMap(tokensOf) };
}

function tokensOf(label: string): readonly string[] {
  // One or two letters behind a digit are hexadecimal, or a plural, and no word: `0db8`, `7a`.
  const letters = [...label.matchAll(/[a-z]{3,}|(?<![0-9a-z])[a-z]{1,2}/g)].map((match) => match[0]);
  // `b2b` and `4g` are words with a digit in them; everywhere else a digit ends the word.
  return [...letters, ...label.split(/[_-]/).filter((part) => /^(?:b2b|[345]g)$/.test(part))];
}
