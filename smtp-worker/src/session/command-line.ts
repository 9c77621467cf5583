import { continueAuth } from './auth.ts';
import { runCommand } from './commands.ts';
import { refuse } from './replies.ts';
import { endSession, type Session } from './session.ts';
import { abandonTransaction } from './transaction.ts';

// Octets of a whole command line with CR LF: RFC 5321 4.5.3.1.4, raised for MAIL by its parameters (RFC 1870: 26,
// RFC 6152: 17, RFC 4954: 500, RFC 6531: 10) and for AUTH as RFC 4954 section 4 asks.
const longestCommand = 512;
const longestMail = 1065;
const longestAuth = 12_288;

const lf = 0x0a;
const cr = 0x0d;

/** @returns false where no whole line is there yet */
export function takeLine(session: Session): boolean {
  const octets = session.input as Buffer;
  const start = session.at;
  const last = Math.min(octets.length, start + longestAuth);
  let beyondAscii = 0;
  let at = start;
  for (; at < last; at += 1) {
    const octet = octets[at] as number;
    if (octet === 0) return refuseLine(session, 'NUL in a command');
    if (octet === lf) return refuseLine(session, 'LF without CR in a command');
    if (octet === cr) {
      if (at + 1 === octets.length) break;
      if (octets[at + 1] !== lf) return refuseLine(session, 'CR without LF in a command');
      break;
    }
    beyondAscii |= octet;
  }
  const length = at - start + 2;
  if (length > longestCommand && length > lineLimit(session, octets, start))
    return refuseLine(session, 'command line too long');
  if (at + 1 >= octets.length) return false;
  session.lineStart = start;
  session.at = at + 2;
  takeText(
    session,
    beyondAscii < 0x80 ? octets.toString('latin1', start, at) : decode(octets.subarray(start, at)),
  );
  return true;
}

function lineLimit(session: Session, octets: Buffer, start: number): number {
  if (session.phase !== 'command') return longestAuth;
  const verb = octets.toString('latin1', start, start + 5).toUpperCase();
  if (verb === 'AUTH ') return longestAuth;
  return verb === 'MAIL ' ? longestMail : longestCommand;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 where it is that (RFC 6531); any other octets become characters that no command knows. */
function decode(octets: Buffer): string {
  try {
    return utf8.decode(octets);
  } catch {
    return octets.toString('latin1').replace(/[\u0080-\u00ff]/g, '\ufffd');
  }
}

function takeText(session: Session, text: string): undefined {
  if (session.phase === 'command') runCommand(session, text);
  else continueAuth(session, text);
}

/** What cannot be one line for everyone is not looked at any further. */
function refuseLine(session: Session, reason: string): boolean {
  abandonTransaction(session, reason);
  refuse(session, 'command_bytes', reason);
  endSession(session);
  return false;
}
