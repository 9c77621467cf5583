import { spoken } from './ask.ts';
import type { Probe, ProbeState } from './probes.ts';

// Where Postern answers otherwise than others do, each with its reason. A difference that is not here fails the test, and
// so does one that is here and no longer seen.

export const peers = ['smtp-server', 'Postfix'] as const;
export type Peer = (typeof peers)[number];

export type Difference = {
  /** what is said to the server, in words */
  readonly what: string;
  readonly states?: readonly ProbeState[];
  /** matches what is said */
  readonly said: RegExp;
  /** matches the reply codes from there on, joined by spaces */
  readonly ours: RegExp;
  readonly theirs: RegExp;
  readonly who: readonly Peer[];
  readonly why: string;
  /** of the written probes that show it, the one for the documentation; the first where none is named */
  readonly shownBy?: RegExp;
};

const commands: readonly ProbeState[] = [
  'before any greeting',
  'after EHLO',
  'after HELO',
  'after MAIL',
  'after RCPT',
];
const body: readonly ProbeState[] = ['after DATA'];

/** An address that nobody reads in two ways: what is refused of these is no difference that is meant. */
const plainPath =
  /^(?:MAIL FROM|RCPT TO): ?<(?:(?=[^@]{1,64}@)[a-z0-9]+(?:\.[a-z0-9]+)*@[a-z0-9]+(?:\.[a-z0-9]+)+)?> ?\r\n$/i;

export const differences: readonly Difference[] = [
  {
    what: 'A command line with CR or LF alone, or NUL',
    states: commands,
    said: /\r(?!\n)|(?<!\r)\n|\0/,
    ours: /(?:^| )500$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'Others read it as two lines, or leave the octet out. Whoever sends it confuses parsers: 500, and the connection ends.',
  },
  {
    what: 'A command line of more than 512 octets (MAIL: 1065)',
    states: commands,
    said: /^[^\r\n]{511,}\r\n/m,
    ours: /(?:^| )500$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'RFC 5321 4.5.3.1.4 with what the extensions add; nothing of the line is looked at.',
  },
  {
    what: 'Octets behind DATA or STARTTLS before their reply',
    said: /(?:DATA|STARTTLS)\r\n[\s\S]/i,
    ours: /(?:^| )554$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'smtp-server and Postfix take a body that did not wait for 354, and throw away what came in clear text behind STARTTLS. Both are what an injected second sender looks like.',
  },
  {
    what: 'HTTP on the port',
    states: commands,
    said: /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) |\sHTTP\/[0-9]/im,
    ours: /(?:^| )500$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'A browser made to speak here has SMTP in its body: the connection ends with the first line, and says 500 before.',
  },
  {
    what: 'BDAT',
    said: /^BDAT/im,
    ours: /(?:^| )500$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'CHUNKING is not offered, and the chunk that follows at once must not be read as commands: the connection ends.',
  },
  {
    what: 'A message with CR or LF alone, or NUL, wherever in it',
    states: body,
    said: /\r(?!\n)|(?<!\r)\n|\0/,
    ours: /(?:^| )554$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    shownBy: /text\n\.\n/,
    why: 'SMTP smuggling. Postfix with Debian’s settings takes `\\n.\\n` and its like from clients in `mynetworks`, which whitelisted clients are, for the end of the message, and the rest for a second one; smtp-server hands them on for others to trip over. Nothing of such a message reaches the next hop.',
  },
  {
    what: 'A message with a line of more than 998 octets',
    states: body,
    said: /^(?!\.)[^\r\n]{999,}\r\n|^\.[^\r\n]{999,}\r\n/m,
    ours: /(?:^| )554$/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'RFC 5321 4.5.3.1.6. Whoever breaks such lines later breaks signatures and moves line ends.',
  },
  {
    what: 'A header without a From that is in scope: none, two, another’s, hidden by a stuffed dot, or lines that are no header',
    states: body,
    said: /[\s\S]/,
    ours: /^550(?: |$)/,
    theirs: /^250(?: |$)/,
    who: ['smtp-server', 'Postfix'],
    shownBy: /^From: a@victim/,
    why: 'The sender scope of the whitelisted address binds the header From as well; others have no such scope.',
  },
  {
    what: 'A header section of more than 256 KiB',
    states: body,
    said: /(?:[^\r\n]{900}\r\n ){200}/,
    ours: /^552/,
    theirs: /^250/,
    who: ['smtp-server', 'Postfix'],
    why: 'The header is held back until it has been judged, so it is bounded.',
  },
  {
    what: 'More than 100 Received fields',
    states: body,
    said: /(?:Received:[^\r\n]*\r\n){101}/,
    ours: /^554/,
    theirs: /^250/,
    who: ['smtp-server'],
    why: 'RFC 5321 6.3: a message in a loop. Postfix answers the same.',
  },
  {
    what: 'EHLO or HELO without a name',
    said: /^(?:EHLO|HELO) *\r\n/im,
    ours: /\b250\b/,
    theirs: /\b501\b/,
    who: ['smtp-server', 'Postfix'],
    why: 'Some devices have no name to give, and no decision rests on it.',
  },
  {
    what: 'EHLO or HELO with a name of several words',
    said: /^(?:EHLO|HELO) [^\r\n]* [^\r\n]*\r\n/i,
    ours: /^250/,
    theirs: /^501/,
    who: ['smtp-server'],
    why: 'Devices call themselves what their owner typed. Postfix takes it as well.',
  },
  {
    what: 'EHLO with a control character',
    said: /^EHLO [^\r\n]*(?![\r\n])\p{Cc}/iu,
    ours: /^501/,
    theirs: /^250/,
    who: ['Postfix'],
    why: 'It would stand in logs and in Received.',
  },
  {
    what: 'MAIL before any greeting',
    states: ['before any greeting'],
    said: /^MAIL FROM/i,
    ours: /^(?:503|501)/,
    theirs: /^(?:250|5)/,
    who: ['Postfix'],
    why: 'RFC 5321 4.1.4 wants a greeting first; HELO alone is enough. Postfix asks for one only where `smtpd_helo_required` is set.',
  },
  {
    what: 'A path without angle brackets',
    said: /^(?:MAIL FROM|RCPT TO) ?: *[^<\s]/i,
    ours: /^250/,
    theirs: /^501/,
    who: ['smtp-server'],
    why: 'Devices write it so, and there is one way to read it. Postfix takes it as well.',
  },
  {
    what: 'A space before the colon of MAIL FROM',
    said: /^(?:MAIL FROM|RCPT TO) +:/i,
    ours: /^250/,
    theirs: /^501/,
    who: ['Postfix'],
    why: 'Devices write it so, and there is one way to read it. smtp-server takes it as well.',
  },
  {
    what: 'A parameter that EHLO did not announce, DSN’s among them',
    said: /^(?:MAIL FROM|RCPT TO)[^\r\n]* [A-Z0-9-]+(?:=[^\r\n]*)?\r\n/i,
    ours: /^555/,
    theirs: /^250/,
    who: ['smtp-server', 'Postfix'],
    why: 'RFC 5321 4.1.1.11. DSN is not offered, so its parameters are unknown; smtp-server takes any parameter of MAIL whatever its name.',
  },
  {
    what: 'A parameter twice, or with a value that it cannot have',
    said: /^MAIL FROM[^\r\n]* [A-Z0-9-]+/i,
    ours: /^501/,
    theirs: /^250/,
    who: ['smtp-server', 'Postfix'],
    shownBy: /SIZE=1 SIZE=2/,
    why: 'One parser takes the first, another the last.',
  },
  {
    what: 'An address beyond ASCII without SMTPUTF8, in octets that are no UTF-8, or of a name that is only ASCII in disguise',
    said: /^(?:MAIL FROM|RCPT TO)[^\r\n]*[\x80-\xff]/i,
    ours: /^501/,
    theirs: /^250/,
    who: ['smtp-server', 'Postfix'],
    why: 'RFC 6531 3.4. Full-width letters and the like are the name that they seem to be for one system and another for the next.',
  },
  {
    what: 'A quoted local part',
    said: /^(?:MAIL FROM|RCPT TO): *<"[^<>\r\n]*"@/i,
    ours: /^250/,
    theirs: /^501/,
    who: ['smtp-server'],
    why: 'RFC 5321 4.1.2; it is handed on as it came, and one that hides a second address is no way round a recipient scope.',
  },
  {
    what: 'A path that could be read in two ways: two at signs, a source route, a trailing or doubled dot, no domain, a bracket within quotes, a literal that is none, octets beyond the limits',
    said: new RegExp(`^(?!${plainPath.source.slice(1)})(?:MAIL|RCPT)`, 'i'),
    ours: /^501/,
    theirs: /^250/,
    who: ['smtp-server', 'Postfix'],
    shownBy: /a@b@acme/,
    why: 'What the next parser might read otherwise is refused (source routes: RFC 5321 F.2 allows that). Postfix rewrites such addresses, smtp-server checks little.',
  },
  {
    what: 'DATA with an argument',
    said: /^DATA [^\r\n]/im,
    ours: /^501/,
    theirs: /^(?:354|503)/,
    who: ['smtp-server'],
    why: 'RFC 5321 4.3.2. Postfix refuses it as well.',
  },
  {
    what: 'A command spelt with letters that only look like ASCII, or with octets in front or behind',
    said: /^(?:[^\r\n]*[\x80-\xff]|[ \t]|[A-Z]+[^A-Z \r\n])/i,
    ours: /^500/,
    theirs: /./,
    who: ['smtp-server', 'Postfix'],
    why: 'smtp-server turns the dotless ı of MAıL into a capital I, Postfix reads past leading spaces. What is not a command is not guessed.',
  },
  {
    what: 'HELP',
    said: /^HELP/i,
    ours: /^214/,
    theirs: /^5/,
    who: ['Postfix'],
    why: 'It points to the page that says what whitelisting is.',
  },
  {
    what: 'ETRN',
    said: /^ETRN/i,
    ours: /^500/,
    theirs: /^4/,
    who: ['Postfix'],
    why: 'Postern keeps no queue.',
  },
  {
    what: 'A line that begins with no letter',
    said: /(?:^|\r\n)[^A-Za-z\r\n]/,
    ours: /./,
    theirs: /221$/,
    who: ['Postfix'],
    shownBy: /^\*/,
    why: 'Postfix hangs up on it; here it is one of the hundred wrong commands that a connection may have.',
  },
];

/** @returns the first reason why a peer answers this otherwise, null where none is written down */
export function explain(
  probe: Probe,
  ours: readonly string[],
  theirs: readonly string[],
  peer: Peer,
): Difference | null {
  const said = spoken(probe);
  return (
    differences.find(
      (difference) =>
        difference.who.includes(peer) &&
        (difference.states?.includes(probe.state) ?? true) &&
        difference.said.test(said) &&
        difference.ours.test(ours.join(' ')) &&
        difference.theirs.test(theirs.join(' ')),
    ) ?? null
  );
}

/** Whether two servers are of the same opinion: the class of each reply counts, not its number. */
export function agree(ours: readonly string[], theirs: readonly string[]): boolean {
  const classes = (codes: readonly string[]) => codes.map((code) => code[0]).join('');
  return classes(ours) === classes(theirs);
}
