import { spoken } from './ask.ts';
import { askEngine } from './ask-engine.ts';
import { type Difference, differences } from './differences.ts';
import { writtenProbes } from './probes.ts';

const longestExample = 60;

/** The page of the documentation, from the table that the test goes by. */
export function describeDifferences(): string {
  const rows = differences.map(({ what, who, why, ...difference }) => {
    const { example, codes } = exampleOf({ what, who, why, ...difference });
    return `| ${what} | ${example} | ${codes} | ${who.join(', ')} | ${why} |`;
  });
  return `# Where Postern answers otherwise than others

The session engine is compared with npm \`smtp-server\` and with Postfix (Debian’s, with its defaults and the client in
\`mynetworks\`): ${writtenProbes.length} things that a client may say in six states, and as many again made by chance by a grammar, are said to
all three. Whether they take it, refuse it or hang up must be the same, but for what is in this table. The test fails on any
other difference, and on one that is here and no longer seen at \`smtp-server\`. The client may relay; a stranger is
refused at RCPT whatever it says.

Replies are from what is said on; a row that does not end in 221, the reply to QUIT, ends with Postern hanging up.

| what is said | for example | Postern | otherwise at | why |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Compared is a node whose next hop takes everything. smtp-server and Postfix offer 8BITMIME and SMTPUTF8 as they are set up,
and answer for them themselves. Postern keeps no message that it could convert or send back, so it offers them only where
no next hop is known to lack them. A client that announces what it was not offered is heard all the same, for a proof
needs no next hop: it is refused at RCPT, and only by a next hop that cannot carry the message.
`;
}

function exampleOf(difference: Difference): { example: string; codes: string } {
  for (const probe of writtenProbes) {
    const { states, said, ours, shownBy = said } = difference;
    const codes = askEngine(probe).join(' ');
    const shows = states?.includes(probe.state) !== false && said.test(spoken(probe)) && ours.test(codes);
    if (!shows || !shownBy.test(probe.octets)) continue;
    return { example: readable(probe.octets), codes };
  }
  throw new Error(`no written probe shows: ${difference.what}`);
}

function readable(whole: string): string {
  // What is said after a header that is like any other.
  const octets = whole.replace(/^From: a@acme\.example\r\nSubject: probe\r\n\r\n/, '… ');
  const text = JSON.stringify(octets).slice(1, -1).replaceAll('|', '\\|').replaceAll('`', '');
  const ascii = text.replace(/[\x7f-\xff]/g, (octet) => `\\x${octet.charCodeAt(0).toString(16)}`);
  const short = ascii.length <= longestExample ? ascii : `${ascii.slice(0, longestExample)}…`;
  return `\`${short.replaceAll('\\u00', '\\x')}\``;
}
