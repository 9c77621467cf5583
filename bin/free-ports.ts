import { createServer } from 'node:net';
import { describeListenError } from './lifecycle.ts';

export type PortWish = { what: string; setting: string; host: string; port: number };

/** The ports that the processes will want, from the settings; what is no number there they say themselves. */
export function wishedPorts(source: NodeJS.ProcessEnv): PortWish[] {
  const wish = (what: string, setting: string, defaultPorts: string, hosts: string): PortWish[] =>
    split(source[setting] || defaultPorts).flatMap((port) =>
      split(hosts).map((host) => ({ what, setting, host, port: Number(port) })),
    );
  const smtpHosts = source.SMTP_HOST || '127.0.0.1';
  return [
    ...wish('The portal', 'PORT', '3000', source.HOST || '127.0.0.1'),
    ...wish('The SMTP node', 'SMTP_PORT', '2525', smtpHosts),
    ...wish('The SMTP node', 'SMTP_TLS_PORT', '', smtpHosts),
    ...wish('The SMTP node', 'SMTP_PROXY_PORT', '', smtpHosts),
    ...wish("The SMTP node's metrics", 'SMTP_METRICS_PORT', '9925', source.SMTP_METRICS_HOST || '127.0.0.1'),
  ].filter(({ port }) => Number.isInteger(port) && port > 0 && port < 65_536);
}

/** A sentence for each port that cannot be had. */
export async function findTakenPorts(wishes: PortWish[]): Promise<string[]> {
  const answers = await Promise.all(wishes.map(tryToListen));
  return answers.filter((answer) => answer !== null);
}

function tryToListen({ what, setting, host, port }: PortWish): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) =>
      resolve(describeListenError(error, `${what} (${setting}) on ${host}:${port}`, setting)),
    );
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}

function split(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
