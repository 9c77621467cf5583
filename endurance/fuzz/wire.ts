import addressParser from 'nodemailer/lib/addressparser';

// What a next hop would have been sent, judged without any of the code that judged it before it was sent.

export type Handed = {
  readonly sender: string;
  readonly recipients: string[];
  octets: string;
  /** its dot was sent */
  finished: boolean;
  /** the next hop said 250 to the dot */
  accepted: boolean;
  abandoned: boolean;
};

/** Any two of these around a lone dot have ended a message for some mail system. */
const anyDot = /(?:\r\n|\r|\n)\.(?=\r\n|\r|\n)/g;

/** @returns what is wrong with the octets of one message, null for nothing */
export function judgeOctets({ octets, finished }: Pick<Handed, 'octets' | 'finished'>): string | null {
  if (octets.includes('\0')) return 'NUL was handed on';
  if (/\r(?!\n)/.test(octets)) return 'CR without LF was handed on';
  if (/(?<!\r)\n/.test(octets)) return 'LF without CR was handed on';
  const dots = octets.match(anyDot)?.length ?? 0;
  if (finished && !octets.endsWith('\r\n.\r\n')) return 'a message was finished without its dot';
  if (dots !== (finished ? 1 : 0)) return `${dots} closing dots in one message`;
  return null;
}

/** The header section as the next hop reads it: dots taken off, lines unfolded. */
export function fieldsOf(octets: string): { name: string; value: string }[] {
  const end = octets.indexOf('\r\n\r\n');
  const lines = (end < 0 ? octets.slice(0, -'\r\n.\r\n'.length) : octets.slice(0, end)).split('\r\n');
  const fields: { name: string; value: string }[] = [];
  for (const stuffed of lines) {
    const line = stuffed.startsWith('.') ? stuffed.slice(1) : stuffed;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) last.value += line;
    else
      fields.push({
        name: line.split(':')[0]?.trim().toLowerCase() ?? '',
        value: line.replace(/^[^:]*:/, ''),
      });
  }
  return fields;
}

/** What some readers take for the end of a line, and then a field of ours or of the scope. */
const withinLine =
  /(?:(?!\t)\p{Cc}|\u00c2\u0085|\u00e2\u0080[\u00a8\u00a9])(?:from|postern-attribution)[ \t]*:/iu;

/** @returns how a finished message goes beyond its sender's domain, or claims to be ours, null where it does not */
export function judgeHeader({ sender, octets }: Handed, domain: string): string | null {
  const fields = fieldsOf(octets);
  const named = (wanted: string) => fields.filter(({ name }) => name === wanted);
  if (named('postern-attribution').length !== 1) return 'not exactly one attribution';
  if (fields.some(({ value }) => withinLine.test(value))) return 'a field within the line of another';
  if (fields[1]?.name !== 'postern-attribution') return 'the attribution is not ours';
  if (named('from').length !== 1) return `${named('from').length} From fields`;
  const from = addressParser(named('from')[0]?.value ?? '', { flatten: true });
  const strangers = from.filter(({ address }) => address?.toLowerCase().split('@').at(-1) !== domain);
  if (from.length === 0 || strangers.length > 0) return `From names ${JSON.stringify(from)}`;
  if (sender !== '' && sender.toLowerCase().slice(sender.lastIndexOf('@') + 1) !== domain) {
    return `sender ${sender}`;
  }
  return null;
}
