import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { parseCommandLine } from './parse-command-line.ts';

const parse = (...argv: string[]) => parseCommandLine(argv, commands);

test.each<[string[], string, object, object, boolean]>([
  [['migrate'], 'migrate', {}, {}, false],
  [['entry', 'list'], 'entry list', {}, {}, false],
  [['entry', 'list', '--json'], 'entry list', {}, {}, true],
  [['--json', 'entry', 'show', '45.1.1.1'], 'entry show', { ADDRESS: '45.1.1.1' }, {}, true],
  [
    ['entry', 'suspend', '2a00::1', '--reason', 'a - b'],
    'entry suspend',
    { ADDRESS: '2a00::1' },
    { reason: 'a - b' },
    false,
  ],
  [
    ['entry', 'remove', '--reason=spam', '--abuse', '45.1.1.1'],
    'entry remove',
    { ADDRESS: '45.1.1.1' },
    { reason: 'spam', abuse: true },
    false,
  ],
  [
    ['freeze', 'approvals', 'on', '--reason', 'x'],
    'freeze approvals',
    { 'on|off': 'on' },
    { reason: 'x' },
    false,
  ],
])('%j is read', (argv, name, words, options, json) => {
  expect(parse(...argv)).toMatchObject({ kind: 'run', command: { name }, words, options, json });
});

test.each<[string[], RegExp]>([
  [[], /^A command is missing\.\nUsage: npm run -s postern/],
  [['sing'], /^"sing" is no command: /],
  [
    ['entry'],
    /^"entry" wants another word\.\nUsage: npm run -s postern -- COMMAND \[--json\]\n\n {2}entry list /,
  ],
  [['entry', 'sing'], /^"entry sing" is no command: /],
  [['entry', 'import'], /^FILE is missing\.\nUsage: entry import FILE/],
  [['entry', 'show'], /^ADDRESS is missing\.\nUsage: entry show ADDRESS$/],
  [['entry', 'show', '45.1.1.1', '45.1.1.2'], /^"45\.1\.1\.2" is one word too many\./],
  [['entry', 'suspend', '45.1.1.1'], /^--reason is missing\./],
  [['entry', 'suspend', '45.1.1.1', '--reason', ' '], /^--reason is missing\./],
  [['entry', 'suspend', '45.1.1.1', '--reason'], /--reason/],
  [['entry', 'show', '45.1.1.1', '--raw'], /--raw/],
  [['staff', 'add', '--email', 'a@b.example', '--role', 'king'], /^--role is one of support, admin\./],
  [
    ['entry', 'critical', '45.1.1.1', 'maybe', '--reason', 'x'],
    /^"maybe" is none of on, off\.\nUsage: entry critical ADDRESS on\|off --reason R$/,
  ],
  [['freeze', 'approvals', 'no'], /^"no" is none of on, off\.\nUsage: freeze approvals on\|off/],
  [['export', 'exim'], /^"exim" is none of postfix, haraka, kumomta\.\nUsage: export/],
  [['token', 'create', '--email', 'a@b.example'], /^--name is missing\./],
])('%j is not, and says why', (argv, message) => {
  expect(parse(...argv)).toEqual({ kind: 'usage', message: expect.stringMatching(message), json: false });
  expect(parse(...argv, '--json')).toMatchObject({ kind: 'usage', json: true });
});

test('help about a noun lists the commands of it alone', () => {
  expect(parse('node', '--help')).toMatchObject({
    kind: 'help',
    text: expect.stringMatching(/ {2}node list\n[^\n]+\n {2}node retire NAME\n[^\n]+$/),
  });
});

test('help lists every command, or explains one', () => {
  const all = parse('--help');
  for (const { name } of commands) expect(all).toMatchObject({ text: expect.stringContaining(`  ${name}`) });
  expect(parse('token', 'create', '--help')).toMatchObject({
    kind: 'help',
    text: expect.stringContaining('token create --email E --name N [--scope account|staff|platform]'),
  });
});
