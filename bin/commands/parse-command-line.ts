import { parseArgs } from 'node:util';
import { type Command, type CommandCall, usageOf } from './command.ts';

type Reading =
  | { kind: 'run'; command: Command; words: CommandCall['words']; options: CommandCall['options'] }
  | { kind: 'help'; text: string }
  | { kind: 'usage'; message: string };

/** `json`: a program reads the answer, also where it is that the command line is wrong. */
export type ParsedCommandLine = Reading & { json: boolean };

/** Reads the command line against the list of commands: run it, explain it, or say what is wrong with it. */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): ParsedCommandLine {
  return { ...read(argv, commands), json: argv.includes('--json') };
}

function read(argv: readonly string[], commands: readonly Command[]): Reading {
  const words = argv.filter((word) => !word.startsWith('-'));
  const command = commands
    .toSorted((one, other) => other.name.length - one.name.length)
    .find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
  const wantsHelp = argv.includes('--help') || argv.includes('-h') || words[0] === 'help';
  if (wantsHelp) {
    return {
      kind: 'help',
      text: command === undefined ? helpText(beginningWith(words[0], commands)) : helpOf(command),
    };
  }
  if (command === undefined) return { kind: 'usage', message: unknown(words, commands) };
  return parseFor(command, argv);
}

function parseFor(command: Command, argv: readonly string[]): Reading {
  const wrong = (message: string): Reading => ({
    kind: 'usage',
    message: `${message}\nUsage: ${usageOf(command)}`,
  });
  const types = Object.entries(command.options).map(([option, { value }]) => [
    option,
    { type: value === undefined ? ('boolean' as const) : ('string' as const) },
  ]);
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { ...Object.fromEntries(types), json: { type: 'boolean' } },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return wrong(firstSentence(error.message));
  }
  const given = parsed.positionals.slice(command.name.split(' ').length);
  const needed = command.words.filter((word) => !word.startsWith('['));
  const missing = needed[given.length];
  if (missing !== undefined) return wrong(`${missing} is missing.`);
  const extra = given[command.words.length];
  if (extra !== undefined) return wrong(`"${extra}" is one word too many.`);
  for (const [index, word] of command.words.entries()) {
    const value = given[index];
    const choice = word.replace(/[[\]]/g, '').split('|');
    if (choice.length > 1 && value !== undefined && !choice.includes(value)) {
      return wrong(`"${value}" is none of ${choice.join(', ')}.`);
    }
  }
  const { json: _, ...options } = parsed.values as Record<string, string | true | undefined>;
  for (const [option, { required, oneOf }] of Object.entries(command.options)) {
    const value = options[option];
    if (required === true && (value === undefined || (value as string).trim() === '')) {
      return wrong(`--${option} is missing.`);
    }
    if (oneOf !== undefined && value !== undefined && !oneOf.includes(value as string)) {
      return wrong(`--${option} is one of ${oneOf.join(', ')}.`);
    }
  }
  const named = Object.fromEntries(
    command.words.map((word, index) => [word.replace(/[[\]]/g, ''), given[index]]),
  );
  return { kind: 'run', command, words: named, options };
}

function firstSentence(message: string): string {
  const [first = message] = message.split('. ');
  return first.endsWith('.') ? first : `${first}.`;
}

function unknown(words: readonly string[], commands: readonly Command[]): string {
  if (words.length === 0) return `A command is missing.\n${helpText(commands)}`;
  const known = words.length === 1 ? beginningWith(words[0], commands) : commands;
  if (known.length < commands.length) return `"${words[0]}" wants another word.\n${helpText(known)}`;
  return `"${words.slice(0, 2).join(' ')}" is no command: --help lists them.`;
}

/** The commands of one noun; all where there are none of it. */
function beginningWith(noun: string | undefined, commands: readonly Command[]): readonly Command[] {
  const of = commands.filter(({ name }) => name.startsWith(`${noun} `));
  return of.length === 0 ? commands : of;
}

function helpText(commands: readonly Command[]): string {
  const lines = commands.map((command) => `  ${usageOf(command)}\n      ${command.summary}`);
  return ['Usage: npm run -s postern -- COMMAND [--json]', '', ...lines].join('\n');
}

function helpOf(command: Command): string {
  return `Usage: npm run -s postern -- ${usageOf(command)} [--json]\n\n${command.summary}`;
}
