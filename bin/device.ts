import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { parseAddress } from '../lib/domain/ip.ts';

// `npm run device`: a device that cannot authenticate. It hands one message to the SMTP node and shows what is said.
// On a machine of one's own every client comes from loopback, so it names its address in a PROXY header, which the
// node takes on a listener of its own and from trusted peers alone.

const USAGE = `npm run device -- ADDRESS [--from MAILBOX] [--to MAILBOX] [--ehlo NAME]

Hands one message to the SMTP node as a device with that address would, without authentication.
  --from   sender, scanner@acme.example unless given
  --to     recipient, someone@example.com unless given: a proof address, for instance

Ends with 0 where the message was taken, 1 where it was not, and 2 where this is no use of it.`;

const { address, from, to, ehlo } = readArguments();
const port = Number(process.env.SMTP_PROXY_PORT || 2526);
const host = (process.env.SMTP_HOST || '127.0.0.1').split(',')[0] ?? '';

const socket = connect({ host, port });
await once(socket, 'connect').catch((error) => {
  console.error(
    `No SMTP node takes PROXY headers on ${host}:${port}: ${error.message}. Does "npm start" run?`,
  );
  process.exit(1);
});
const family = parseAddress(address)?.family === 6 ? 'TCP6' : 'TCP4';
const here = family === 'TCP6' ? '::1' : '127.0.0.1';
// A node that goes down in the middle shows by the reply that does not come.
socket.on('error', () => {});
const refusal = await converse(socket);
socket.end();
if (refusal === null) console.log('\nTaken.');
else {
  console.log(`\nNot taken: ${refusal}`);
  process.exitCode = 1;
}

/** Why the message was not taken, null where it was. Every reply that says no ends it, with a polite QUIT. */
async function converse(connection: Socket): Promise<string | null> {
  const replies = readReplies(connection);
  let answer = '';
  const say = async (...lines: string[]): Promise<boolean> => {
    for (const line of lines) console.log(`→ ${line}`);
    if (lines.length > 0) connection.write(`${lines.join('\r\n')}\r\n`);
    const { value: reply, done } = await replies.next();
    if (done) console.log('  (the connection was closed)');
    answer = done ? 'the connection was closed' : reply;
    return !done && /^[23]/.test(reply);
  };
  connection.write(`PROXY ${family} ${address} ${here} 49152 25\r\n`);
  console.log(`  (from ${address})`);
  const taken =
    (await say()) &&
    (await say(`EHLO ${ehlo}`)) &&
    (await say(`MAIL FROM:<${from}>`)) &&
    (await say(`RCPT TO:<${to}>`)) &&
    (await say('DATA')) &&
    (await say(...message(), '.'));
  const refusal = taken ? null : answer;
  if (connection.writable) await say('QUIT');
  return refusal;
}

/** Each reply whole, which may be several lines (RFC 5321 section 4.2.1), shown as it comes. */
async function* readReplies(connection: Socket): AsyncGenerator<string, undefined> {
  for await (const line of createInterface({ input: connection })) {
    console.log(`← ${line}`);
    if (/^\d{3}( |$)/.test(line)) yield line;
  }
}

function message(): string[] {
  return [
    `From: <${from}>`,
    `To: <${to}>`,
    'Subject: A scan for you',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${Date.now()}.${process.pid}@${ehlo}>`,
    '',
    'Sent by a device that cannot authenticate.',
  ];
}

function readArguments() {
  const { values, positionals } = parsedArguments();
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const given = positionals[0];
  if (positionals.length !== 1 || given === undefined || parseAddress(given) === undefined) {
    console.error(USAGE);
    process.exit(2);
  }
  return { address: given, ...values };
}

function parsedArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        from: { type: 'string', default: 'scanner@acme.example' },
        to: { type: 'string', default: 'someone@example.com' },
        ehlo: { type: 'string', default: 'scanner' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}
