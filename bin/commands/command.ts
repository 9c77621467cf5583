import type { Database } from '../../db/client.ts';
import type { OperatorEnvironment } from '../environment.ts';

export type CommandOption = {
  /** A name in capitals for its value; none: it is on or off. */
  value?: string;
  required?: boolean;
  oneOf?: readonly string[];
};

export type CommandCall = {
  words: Readonly<Record<string, string | undefined>>;
  options: Readonly<Record<string, string | true | undefined>>;
  database: Database;
  environment: OperatorEnvironment['environment'];
  now: Date;
  /** Says at once, on stderr, how far it is: what takes minutes would look as if it hung. */
  tell: (line: string) => void;
};

/**
 * What is printed: for a person, or with `--json` for a program. `code` is stable; `note` goes to stderr, so that `text`
 * stays what a script takes.
 */
export type CommandResult =
  | { ok: true; text: string; json: unknown; note?: string }
  | { ok: false; code: string; message: string; json?: unknown; usage?: boolean };

export type Command = {
  /** `entry show` */
  name: string;
  /** In order; one in square brackets may be left out, and of `on|off` one of the two is said. */
  words: readonly string[];
  options: Readonly<Record<string, CommandOption>>;
  summary: string;
  /** Works on a database that has no tables yet. */
  beforeMigration?: boolean;
  /** Says itself what is wrong with the database, and may wait for one that is away. */
  seesToDatabase?: boolean;
  run: (call: CommandCall) => Promise<CommandResult>;
};

export function done(text: string, json: unknown, note?: string): CommandResult {
  return { ok: true, text, json, ...(note === undefined ? {} : { note }) };
}

export function failed(code: string, message: string): CommandResult {
  return { ok: false, code, message };
}

/** Something that only the command itself can see is wrong with how it was called. */
export function misused(message: string): CommandResult {
  return { ok: false, code: 'usage', message, usage: true };
}

export function usageOf({ name, words, options }: Command): string {
  const flags = Object.entries(options).map(([option, { value, required, oneOf }]) => {
    const text =
      value === undefined
        ? `--${option}`
        : `--${option} ${oneOf !== undefined && oneOf.length <= 3 ? oneOf.join('|') : value}`;
    return required === true ? text : `[${text}]`;
  });
  return [name, ...words, ...flags].join(' ');
}
