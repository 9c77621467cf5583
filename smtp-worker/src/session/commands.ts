import { startAuth } from './auth.ts';
import { startBody } from './data.ts';
import { greet } from './greet.ts';
import { startMail } from './mail.ts';
import { countError, wastesTime } from './patience.ts';
import { addRecipient } from './recipient.ts';
import { refuse, say } from './replies.ts';
import { endSession, type Session } from './session.ts';
import { startTls } from './start-tls.ts';
import { abandonTransaction } from './transaction.ts';
import { upperAscii } from './upper-ascii.ts';

type Command = (session: Session, argument: string) => undefined;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({
    EHLO: (session, argument) => greet(session, argument, 'ehlo'),
    HELO: (session, argument) => greet(session, argument, 'helo'),
    MAIL: startMail,
    RCPT: addRecipient,
    DATA: startBody,
    STARTTLS: startTls,
    AUTH: startAuth,
    RSET: (session) => {
      abandonTransaction(session, 'RSET');
      say(session, '250 2.0.0 Forgotten');
    },
    NOOP: (session) => say(session, '250 2.0.0 OK'),
    // RFC 5321 3.5.3: 252 neither confirms nor denies that a mailbox exists.
    VRFY: (session) => say(session, '252 2.5.0 Send the message and see'),
    EXPN: (session) => say(session, '502 5.5.1 Not implemented'),
    HELP: (session) => say(session, `214 2.0.0 See ${session.settings.portalUrl}/help/whitelisting`),
    QUIT: (session) => {
      abandonTransaction(session, 'QUIT');
      say(session, `221 2.0.0 ${session.settings.publicName} closes the connection`);
      endSession(session, true);
    },
  } satisfies Record<string, Command>),
);

// A browser made to speak to this port sends its request line first, and lines that look like SMTP in its body.
const httpRequest = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI)(?: |$)|\sHTTP\/\d/i;

export function runCommand(session: Session, line: string): undefined {
  const space = line.indexOf(' ');
  const word = space < 0 ? line : line.slice(0, space);
  const verb = commands.has(word) ? word : upperAscii(word);
  const argument = space < 0 ? '' : line.slice(space + 1);
  const command = commands.get(verb);
  // Recipients that are under way keep their order: only more of them may follow before they are answered.
  const { length: unanswered } = session.replies.slots;
  if (unanswered > 0 && (verb !== 'RCPT' || unanswered >= mostUnanswered)) return waitForReplies(session);
  if (idleCommands.has(verb) && wastesTime(session)) return;
  if (command !== undefined) command(session, argument);
  else if (httpRequest.test(line)) refuseAndEnd(session, 'http_on_port', 'an HTTP request');
  // A chunk follows at once (RFC 3030): read as commands, its lines would be a message within the message.
  else if (verb === 'BDAT') refuseAndEnd(session, 'command_unknown', 'BDAT, and with it a body');
  else countError(session, 'command_unknown', `unknown command of ${line.length} characters`);
}

/** Recipients that may wait for their answers at once; what follows is looked at after them. */
const mostUnanswered = 1000;

/** Commands that bring no message nearer. MAIL that is given up shows by what gives it up. */
const idleCommands: ReadonlySet<string> = new Set(['NOOP', 'RSET', 'VRFY', 'EXPN', 'HELP', 'HELO', 'EHLO']);

/** Puts the line back, to be read again once the replies before it are known. */
function waitForReplies(session: Session): undefined {
  session.at = session.lineStart;
  session.waitsFor = 'recipients';
}

/** For what has more behind it that is not to be looked at. */
function refuseAndEnd(session: Session, rule: Parameters<typeof refuse>[1], reason: string): undefined {
  abandonTransaction(session, reason);
  refuse(session, rule, reason);
  endSession(session);
}
