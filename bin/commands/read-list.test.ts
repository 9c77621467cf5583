import { expect, test } from 'vitest';
import { readList } from './read-list.ts';

function rows(text: string) {
  const list = readList(text);
  if (!list.ok) throw new Error(list.message);
  return list.rows.map(({ line, network, server, label }) => [line, network, server, label]);
}

test.each([
  ['commas', 'network,server,label\n45.1.1.1,acme,Fax\n'],
  ['semicolons, other names, any order', 'Name;Server;IP\nFax;acme;45.1.1.1\n'],
  ['tabs and a byte order mark', '\ufeffaddress\tserver\tlabel\n45.1.1.1\tacme\tFax\n'],
  ['the names that a spreadsheet has', 'IP Address;Server;Label\n45.1.1.1;acme;Fax\n'],
  ['Windows line ends', 'network,server,label\r\n45.1.1.1,acme,Fax\r\n'],
])('with %s', (_what, text) => {
  expect(rows(text)).toEqual([[2, '45.1.1.1', 'acme', 'Fax']]);
});

test('without a header: address, server, label', () => {
  expect(rows('45.1.1.1,acme\n45.1.1.2, acme ,"Fax, second floor"')).toEqual([
    [1, '45.1.1.1', 'acme', null],
    [2, '45.1.1.2', 'acme', 'Fax, second floor'],
  ]);
});

test('plain lines, as in many a hand-kept file', () => {
  expect(rows('# the list\n\n45.1.1.1   acme   # old fax\n2a00::1\tacme')).toEqual([
    [3, '45.1.1.1', 'acme', 'old fax'],
    [4, '2a00::1', 'acme', null],
  ]);
});

test('a row that is incomplete is a row: what is missing is told with the others', () => {
  expect(rows('network,server\n45.1.1.1\n')).toEqual([[2, '45.1.1.1', '', null]]);
});

test('the other columns', () => {
  const list = readList(
    'ip,server,purpose,isp,contact,location,rarely_sends\n45.1.1.1,acme,Alarm,Telco,Al,Roof,yes',
  );
  expect(list).toMatchObject({
    rows: [{ purpose: 'Alarm', provider: 'Telco', contact: 'Al', site: 'Roof', rarelySends: true }],
  });
});

test.each([
  ['nothing', '# only a comment\n', 'The list is empty.'],
  ['nothing but the names of its columns', 'network,server\n', 'The list is empty.'],
  ['no server', 'network,label\n45.1.1.1,x', 'The list has no column "server"'],
  ['a column that nobody knows', 'network,server,colour\n', 'The column "colour" is not known.'],
  [
    'no name for the addresses that is known',
    'Adresse,server\n45.1.1.1,acme',
    'The column "Adresse" is not known.',
  ],
  ['no addresses', 'server,label\nacme,Fax', 'The list has no column "network"'],
  ['a quote that never ends', 'network,server\n"45.1.1.1,acme', 'The list cannot be read as CSV'],
])('%s: a sentence that says what is wrong', (_what, text, message) => {
  const list = readList(text);
  expect(list.ok ? '' : list.message).toContain(message);
});
