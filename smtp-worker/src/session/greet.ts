import { refuse, say } from './replies.ts';
import { restOnEntry, type Session } from './session.ts';
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
  restOnEntry(session);
  const { publicName } = session.settings;
  if (greeting === 'helo') return say(session, `250 ${publicName}`);
  const lines = [`${publicName} greets you`, ...extensions(session)];
  say(
    session,
    lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n'),
  );
}

function extensions(session: Session): string[] {
  const { settings, facts, client, tls } = session;
  const scope = client === null ? null : (facts.standing(client).terms?.scope ?? null);
  const octets = Math.min(scope?.messageBytes ?? settings.messageBytes, settings.messageBytes);
  const offered = ['PIPELINING', `SIZE ${octets}`, '8BITMIME', 'SMTPUTF8'];
  // Some devices fail once STARTTLS is offered; their owner can hide it, unless they must sign in.
  const hidden = scope?.tls === 'hidden' && scope.needs === 'either';
  if (settings.tlsAvailable && tls === null && !hidden) offered.push('STARTTLS');
  if (tls !== null) offered.push('AUTH PLAIN LOGIN');
  return [...offered, 'ENHANCEDSTATUSCODES'];
}
