import { expect, test } from 'vitest';
import type { NodeCredential } from '../../../db/queries/node.ts';
import {
  findCredential,
  loginStandingOf,
  newDirectory,
  putCredentials,
  putServers,
  revivedCredentials,
  type ServerFacts,
} from './directory.ts';

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const credential = (changes: Partial<NodeCredential> = {}): NodeCredential => ({
  credentialId: id(1),
  serverId: id(900),
  username: 'Acme',
  passwordHash: '$argon2id$secret',
  state: 'usable',
  ...changes,
});

function known(...credentials: NodeCredential[]) {
  const directory = newDirectory();
  const server: ServerFacts = {
    serverId: id(900),
    slug: 'acme',
    senderDomains: ['acme.example'],
    mailNeeds: 'both',
  };
  putServers(directory, [server], { recipientsPerMessage: 100, messageBytes: 1000 });
  putCredentials(directory, credentials);
  return directory;
}

test.each<[string, Partial<NodeCredential>, boolean]>([
  ['that has ended', { state: 'ended' }, true],
  ['with another password', { passwordHash: '$argon2id$other' }, true],
  ['with another name', { username: 'Globex' }, false],
  ['whose server has lapsed', { state: 'lapsed' }, false],
])(
  'of a credential %s the verified password is forgotten, and who has signed in is asked about: %s',
  (_, changes, told) => {
    const directory = known(credential());
    expect(putCredentials(directory, [credential(changes)])).toEqual(told ? [id(1)] : []);
  },
);

test.each([
  ['usable', 'in_force'],
  ['lapsed', 'lapsed'],
  ['cancelled', 'cancelled'],
  ['ended', 'none'],
] as const)('a sign-in whose credential is %s is %s', (state, standing) => {
  const directory = known(credential({ state }));
  expect(loginStandingOf(directory, { credentialId: id(1), username: 'acme' }).standing).toBe(standing);
});

test('a sign-in has the domains and the needs of its server, and nothing where that is not known', () => {
  const directory = known(
    credential(),
    credential({ credentialId: id(2), serverId: id(901), username: 'x' }),
  );
  expect(loginStandingOf(directory, { credentialId: id(1), username: 'acme' })).toMatchObject({
    serverSlug: 'acme',
    scope: { senderDomains: new Set(['acme.example']), needs: 'both', messageBytes: 1000 },
  });
  expect(loginStandingOf(directory, { credentialId: id(2), username: 'x' })).toEqual({ standing: 'none' });
});

test('a name is found whatever its case, no longer once it is another, and then belongs to whoever took it', () => {
  const directory = known(credential());
  expect(findCredential(directory, 'aCME')?.credentialId).toBe(id(1));
  putCredentials(directory, [credential({ username: 'globex' })]);
  expect(findCredential(directory, 'acme')).toBeUndefined();
  putCredentials(directory, [credential({ credentialId: id(2) })]);
  putCredentials(directory, [credential({ credentialId: id(3), username: 'globex' })]);
  putCredentials(directory, [credential({ username: 'globex', state: 'ended' })]);
  expect(['acme', 'globex'].map((name) => findCredential(directory, name)?.credentialId)).toEqual([
    id(2),
    id(3),
  ]);
});

test.each<[string, NodeCredential[], string[]]>([
  ['had ended', [], ['Acme']],
  ['was cancelled', [credential({ state: 'cancelled' })], ['Acme']],
  ['had another password', [credential({ passwordHash: '$argon2id$newer' })], ['Acme']],
  ['had lapsed', [credential({ state: 'lapsed' })], []],
  ['was as it is', [credential()], []],
])('after a restore a credential is named that %s', (_, before, named) => {
  expect(revivedCredentials(known(credential()), known(...before))).toEqual(named);
});

test('after a restore no credential is named that nobody can sign in with', () => {
  expect(revivedCredentials(known(credential({ state: 'lapsed' })), known())).toEqual([]);
});
