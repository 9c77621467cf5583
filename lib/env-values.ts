import { z } from 'zod';
import { notAnOrigin, webOrigin } from './domain/web-origin.ts';

// How settings are read that the SMTP node and everything else have in common, so that both take the same.

export type Source = Readonly<{ [name: string]: string | undefined }>;

export type SettingProblem = { name: string; problem: string };

/** What is set: an empty value counts as not. */
export function givenSettings(source: Source): Source {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
}

export const AUTH_SECRET_LENGTH = 32;

export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is not a port number')
  .transform(Number)
  .refine(isPort, 'is not a port number');

export function isPort(number: number): boolean {
  return number <= 65_535;
}

export const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http or https address' });

/** The address of a site that has its host name for itself, without a slash at its end. */
export const siteUrl = httpUrl.transform((text) => webOrigin(text)).pipe(z.string(notAnOrigin));

// What a password from `openssl rand -base64` has more often than not ends the host where it stands as it is.
const NOT_A_DATABASE =
  'is not a postgresql:// address (in a password write / as %2F, ? as %3F, # as %23, % as %25)';

/** @param missing what is said where there is none */
export function postgresUrl(missing: string) {
  return z.url({
    protocol: /^postgres(ql)?$/,
    error: (issue) => (issue.input === undefined ? missing : NOT_A_DATABASE),
  });
}

export const domain = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'is not a domain name')
  .toLowerCase();

/** A comma-separated list. */
export function list<Output>(item: z.ZodType<Output, string>) {
  return z
    .string()
    .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
    .pipe(z.array(item));
}

/** Where the portal is reached, if nobody has said. */
export function addressOfPortal(host: string, port: number): string {
  return `http://${urlHost(host)}:${port}`;
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** A secret's value must not get into a log by being wrong, so no message repeats what was given. */
export function problemOf(issue: z.core.$ZodIssue): SettingProblem {
  const [name, index] = issue.path;
  const place = typeof index === 'number' ? `item ${index + 1} ` : '';
  return { name: String(name), problem: `${place}${issue.message}` };
}

/** One line for each setting that is wrong or missing. */
export function describeProblems(problems: readonly SettingProblem[]): string {
  const width = Math.max(...problems.map(({ name }) => name.length));
  const heading = problems.length === 1 ? 'One setting is wrong:' : `${problems.length} settings are wrong:`;
  return [heading, ...problems.map(({ name, problem }) => `  ${name.padEnd(width)}  ${problem}`)].join('\n');
}
