import { refuse, say } from './replies.ts';
import { nothingOffered, restOnEntry, type Session } from './session.ts';
import { abandonTransaction } from './transaction.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const controlCharacter = /[\u0000-\u001f\u007f]/;

/**
 * EHLO and HELO. Devices call themselves anything (nothing, "My Scanner", names with underscores), and no decision
 * rests on it: any name but control characters is taken.
 */
export function greet(session: Session, argument: string, greeting: 'helo' | 'ehlo'): undefined {
  const name = argument.trim();
  if (controlCharacter.test(name)) return refuse(session, 'command_syntax', 'control character in EHLO name');
  abandonTransaction(session, 'EHLO');
  session.ehlo = name;
  session.greeted = greeting;
  session.offered = greeting === 'ehlo' ? session.facts.offers() : nothingOffered;
  restOnEntry(session);
  const { publicName } = session.settings;
  if (greeting === 'helo') return say(session, `250 ${publicName}`);
  say(session, `250-${publicName} greets you\r\n${extensions(session)}250 ENHANCEDSTATUSCODES`);
}

/** Lines of the reply, each with its CR LF. */
function extensions(session: Session): string {
  const { settings, facts, client, tls, offered: may } = session;
  const scope = client === null ? null : (facts.standing(client).terms?.scope ?? null);
  const octets = Math.min(scope?.messageBytes ?? settings.messageBytes, settings.messageBytes);
  let offered = `250-PIPELINING\r\n250-SIZE ${octets}\r\n`;
  if (may.eightBit) offered += '250-8BITMIME\r\n';
  if (may.utf8) offered += '250-SMTPUTF8\r\n';
  // Some devices fail once STARTTLS is offered; their owner can hide it, unless they must sign in.
  const hidden = scope?.tls === 'hidden' && scope.needs === 'either';
  if (settings.tlsAvailable && tls === null && !hidden) offered += '250-STARTTLS\r\n';
  if (tls !== null) offered += '250-AUTH PLAIN LOGIN\r\n';
  return offered;
}
