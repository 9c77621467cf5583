import { z } from 'zod';
import { findPersonByEmail } from '../../db/queries/people.ts';
import { tokenScopes } from '../../lib/domain/permissions.ts';
import { escapeObeyed } from '../../lib/domain/terminal-text.ts';
import { addStaff } from '../../lib/operations/add-staff.ts';
import { createToken } from '../../lib/operations/create-token.ts';
import { erasePerson } from '../../lib/operations/erase-person.ts';
import { exportPerson } from '../../lib/operations/export-person.ts';
import { resetAccess } from '../../lib/operations/reset-access.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { paths } from '../../lib/web/paths.ts';
import { type Command, done, failed, misused } from './command.ts';
import { refusedBy } from './refusal-sentence.ts';

export const staffAddCommand: Command = {
  name: 'staff add',
  words: [],
  options: {
    email: { value: 'E', required: true },
    role: { value: 'R', required: true, oneOf: ['support', 'admin'] },
  },
  summary: 'Make somebody support or admin, and print the link by which they set a password',
  run: async ({ database, environment, options, now }) => {
    const email = z.email().safeParse(String(options.email).trim());
    if (!email.success) return misused('--email is not an e-mail address.');
    const role = options.role === 'admin' ? 'admin' : 'support';
    const { invitation, before } = await addStaff({
      database,
      actor: operatorActor,
      email: email.data,
      role,
      now,
    });
    const { portalUrl } = environment;
    if (invitation === null) {
      const signIn = `${portalUrl}${paths.signIn()}`;
      const was = before === null || before === role ? '' : `, was ${before} until now`;
      return done(`${email.data} is ${role} now${was}, and signs in with their password at ${signIn}`, {
        email: email.data,
        role,
        invitation_url: null,
      });
    }
    const url = `${portalUrl}${paths.invitation(invitation)}`;
    return done(url, { email: email.data, role, invitation_url: url });
  },
};

export const personExportCommand: Command = {
  name: 'person export',
  words: ['EMAIL'],
  options: {},
  summary: 'Print everything that is stored about a person, as JSON',
  run: async ({ database, words, now }) => {
    const email = words.EMAIL ?? '';
    const found = await findPersonByEmail(database, email);
    if (found === undefined) return failed('not_found', `Nobody has the e-mail address ${email}.`);
    const personId = found.person.id;
    const result = await exportPerson({ database, actor: operatorActor, personId, now });
    if (!result.ok) return refusedBy(result);
    const pieces: string[] = [];
    for await (const piece of result.text) pieces.push(piece);
    const text = pieces.join('').trimEnd();
    return done(escapeObeyed(text), JSON.parse(text));
  },
};

export const personEraseCommand: Command = {
  name: 'person erase',
  words: ['EMAIL'],
  options: { reason: { value: 'R', required: true } },
  summary: 'Forget who a person was; what they did stays, under an opaque id',
  run: async ({ database, words, options, now }) => {
    const email = words.EMAIL ?? '';
    const found = await findPersonByEmail(database, email);
    if (found === undefined) return failed('not_found', `Nobody has the e-mail address ${email}.`);
    const personId = found.person.id;
    const reason = String(options.reason);
    const result = await erasePerson({ database, actor: operatorActor, personId, reason, now });
    if (!result.ok) return refusedBy(result);
    return done(`${email} is forgotten. What they did stands under ${personId}.`, { person: personId });
  },
};

export const personResetCommand: Command = {
  name: 'person reset',
  words: ['EMAIL'],
  options: { password: {}, authenticator: {}, reason: { value: 'R', required: true } },
  summary:
    'Take the forgotten password or the lost authenticator off a person, end their sessions and API tokens, and print the link by which a password is set',
  run: async ({ database, environment, words, options, now }) => {
    const email = words.EMAIL ?? '';
    const lost = { password: options.password === true, authenticator: options.authenticator === true };
    if (!lost.password && !lost.authenticator) {
      return misused('Say what is lost: --password, --authenticator, or both.');
    }
    const found = await findPersonByEmail(database, email);
    if (found === undefined) return failed('not_found', `Nobody has the e-mail address ${email}.`);
    const personId = found.person.id;
    const reason = String(options.reason);
    const result = await resetAccess({ database, actor: operatorActor, personId, lost, reason, now });
    if (!result.ok) return refusedBy(result);
    const url =
      result.invitation === null ? null : `${environment.portalUrl}${paths.invitation(result.invitation)}`;
    const { tokens } = result;
    return done(
      url ?? `${email} signs in with the password, and sets up another authenticator.`,
      { email, ...lost, password_url: url, tokens_revoked: tokens },
      revokedNote(tokens),
    );
  },
};

function revokedNote(tokens: number): string | undefined {
  if (tokens === 0) return undefined;
  if (tokens === 1) return 'An API token of the person is revoked: what used it needs another.';
  return `${tokens} API tokens of the person are revoked: what used them needs others.`;
}

export const tokenCreateCommand: Command = {
  name: 'token create',
  words: [],
  options: {
    email: { value: 'E', required: true },
    name: { value: 'N', required: true },
    scope: { value: 'S', oneOf: tokenScopes },
  },
  summary: 'Make an API token of a person and print it, alone',
  run: async ({ database, options, now }) => {
    const email = String(options.email);
    const scope = tokenScopes.find((one) => one === options.scope) ?? 'account';
    const found = await findPersonByEmail(database, email);
    if (found === undefined) return failed('not_found', `Nobody has the e-mail address ${email}.`);
    const result = await createToken({
      database,
      actor: operatorActor,
      personId: found.person.id,
      name: String(options.name),
      scope,
      now,
    });
    if (!result.ok && result.code === 'invalid' && result.field === 'scope') {
      return failed('invalid', `${email} ${scopeNeeds[scope]}, which a token of scope ${scope} needs.`);
    }
    if (!result.ok) return refusedBy(result);
    return done(result.token, { token: result.token, id: result.tokenId, scope });
  },
};

const scopeNeeds = {
  account: 'belongs to no account',
  staff: 'is not staff',
  platform: 'is not admin',
} as const;
