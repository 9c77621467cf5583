import { countError, wastesTime } from './patience.ts';
import { refuse, say } from './replies.ts';
import { endSession, goOn, restOnEntry, type Session } from './session.ts';
import type { CredentialCheck } from './types.ts';
import { upperAscii } from './upper-ascii.ts';

/** Failed sign-ins in one connection before it is ended. */
const mostFailedLogins = 5;

const longestName = 320;
const longestPassword = 1024;

/** AUTH PLAIN and AUTH LOGIN, RFC 4954 and RFC 4616. */
export function startAuth(session: Session, argument: string): undefined {
  if (session.tls === null) {
    return wastesTime(session) ? undefined : refuse(session, 'auth_before_tls', 'AUTH in clear text');
  }
  if (session.greeted === 'no') return countError(session, 'command_order', 'AUTH before EHLO');
  if (session.login !== null) return countError(session, 'auth_refused', 'AUTH twice');
  if (session.transaction !== null) return countError(session, 'auth_refused', 'AUTH within a transaction');
  const [mechanism = '', initial, ...more] = argument.trim().split(/ +/);
  if (more.length > 0) return countError(session, 'auth_syntax', 'AUTH with more than one response');
  switch (upperAscii(mechanism)) {
    case 'PLAIN':
      session.phase = 'auth_plain';
      return initial === undefined ? say(session, '334 ') : takeResponse(session, initial);
    case 'LOGIN':
      session.phase = 'auth_user';
      return initial === undefined ? say(session, '334 VXNlcm5hbWU6') : takeResponse(session, initial);
    default:
      // Not its name: what stands there may be the password of a device that leaves the mechanism out.
      return countError(
        session,
        'mechanism_unknown',
        `AUTH with a mechanism of ${mechanism.length} characters`,
      );
  }
}

/** A line that answers a 334. */
export function continueAuth(session: Session, line: string): undefined {
  if (line === '*') return cancel(session, 'cancelled');
  takeResponse(session, line);
}

function takeResponse(session: Session, response: string): undefined {
  const text = decodeBase64(response);
  if (text === null) return cancel(session, 'not base64 of UTF-8');
  if (session.phase === 'auth_plain') return takePlain(session, text);
  if (session.phase === 'auth_user') {
    session.username = text;
    session.phase = 'auth_password';
    return say(session, '334 UGFzc3dvcmQ6');
  }
  check(session, session.username, text);
}

function cancel(session: Session, reason: string): undefined {
  session.phase = 'command';
  session.username = '';
  countError(session, 'auth_syntax', `AUTH ${reason}`);
}

/** RFC 4616 section 2: authorization identity, NUL, authentication identity, NUL, password. */
function takePlain(session: Session, text: string): undefined {
  const fields = text.split('\0');
  const [identity = '', username = '', password = ''] = fields;
  if (fields.length !== 3) return cancel(session, 'PLAIN with other than three fields');
  if (identity !== '' && identity !== username) return fail(session, 'to act for somebody else');
  check(session, username, password);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const controlCharacter = /[\u0000-\u001f\u007f]/;

function check(session: Session, username: string, password: string): undefined {
  session.phase = 'command';
  session.username = '';
  if (username === '' || username.length > longestName || controlCharacter.test(username)) {
    return fail(session, 'not a user name');
  }
  if (password === '' || password.length > longestPassword || password.includes('\0')) {
    return fail(session, 'not a password');
  }
  session.waitsFor = 'credentials';
  session.host.checkCredentials(username, password);
}

export function credentialsChecked(session: Session, result: CredentialCheck): undefined {
  if (session.phase === 'over') return;
  if (result.ok) {
    session.login = result.login;
    restOnEntry(session);
    say(session, '235 2.7.0 Signed in');
  } else if (result.rule === 'credentials_wrong') fail(session, result.reason);
  else countError(session, result.rule, result.reason);
  goOn(session);
}

function fail(session: Session, reason: string): undefined {
  session.phase = 'command';
  refuse(session, 'credentials_wrong', reason);
  session.failedLogins += 1;
  if (session.failedLogins < mostFailedLogins) return;
  refuse(session, 'too_many_errors', `${session.failedLogins} failed sign-ins`);
  endSession(session);
}

/** Canonical base64 (RFC 4648) of UTF-8; `=` is the empty response of RFC 4954 section 4. */
function decodeBase64(text: string): string | null {
  if (text === '=' || text === '') return '';
  const octets = Buffer.from(text, 'base64');
  if (octets.toString('base64') !== text) return null;
  const decoded = octets.toString();
  return Buffer.from(decoded).equals(octets) ? decoded : null;
}
