import { upperAscii } from './upper-ascii.ts';

export type MailParameters = { size: number | null; eightBit: boolean; utf8: boolean };

export type ParsedParameters =
  | { ok: true; parameters: MailParameters }
  | { ok: false; rule: 'parameter_unknown' | 'command_syntax'; parameter: string };

// RFC 4954 section 5: xtext of RFC 3461, or <>.
const xtext = /^(?:<>|(?:[!-*,-<>-~]|\+[0-9A-F]{2})+)$/;

/**
 * Parameters of MAIL: SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), and AUTH (RFC 4954 section 5), which is
 * read and believed by nobody. Any other, and any twice, is refused (RFC 5321 4.1.1.11).
 */
export function parseMailParameters(words: readonly string[]): ParsedParameters {
  const parameters: MailParameters = { size: null, eightBit: false, utf8: false };
  const seen = new Set<string>();
  for (const parameter of words) {
    const [keyword = '', value] = splitOnce(parameter);
    const outcome = seen.has(keyword) ? 'command_syntax' : takeParameter(parameters, keyword, value);
    if (outcome !== null) return { ok: false, rule: outcome, parameter };
    seen.add(keyword);
  }
  return { ok: true, parameters };
}

function splitOnce(parameter: string): [string, string | undefined] {
  const equals = parameter.indexOf('=');
  if (equals < 0) return [upperAscii(parameter), undefined];
  return [upperAscii(parameter.slice(0, equals)), parameter.slice(equals + 1)];
}

function takeParameter(
  parameters: MailParameters,
  keyword: string,
  value: string | undefined,
): 'parameter_unknown' | 'command_syntax' | null {
  switch (keyword) {
    case 'SIZE':
      if (value === undefined || !/^[0-9]{1,20}$/.test(value)) return 'command_syntax';
      parameters.size = Number(value);
      return null;
    case 'BODY':
      if (!/^(?:7BIT|8BITMIME)$/i.test(value ?? '')) return 'command_syntax';
      parameters.eightBit = value?.toUpperCase() === '8BITMIME';
      return null;
    case 'SMTPUTF8':
      if (value !== undefined) return 'command_syntax';
      parameters.utf8 = true;
      return null;
    case 'AUTH':
      return xtext.test(value ?? '') ? null : 'command_syntax';
    default:
      return 'parameter_unknown';
  }
}
