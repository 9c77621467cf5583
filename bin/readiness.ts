import type { Environment } from '../lib/env.ts';

export type Readiness = {
  environment: Environment;
  /** The same as the processes were given them, with those of the SMTP node. */
  settings: NodeJS.ProcessEnv;
  demo: { password: string; signIns: { email: string; what: string }[] } | null;
};

/** What a newcomer needs to know once everything runs. */
export function describeReadiness({ environment, settings, demo }: Readiness): string {
  const host = settings.SMTP_HOST || '127.0.0.1';
  const metrics = `http://${settings.SMTP_METRICS_HOST || '127.0.0.1'}:${settings.SMTP_METRICS_PORT || 9925}`;
  const addresses = [
    ['Portal', environment.portalUrl],
    ['SMTP', `${host} port ${settings.SMTP_PORT || 2525}, STARTTLS`],
    settings.SMTP_TLS_PORT ? ['SMTP over TLS', `${host} port ${settings.SMTP_TLS_PORT}`] : null,
    settings.SMTP_PROXY_PORT ? ['SMTP behind PROXY', `${host} port ${settings.SMTP_PROXY_PORT}`] : null,
    ['SMTP metrics', `${metrics}/metrics`],
    settings.SMTP_NEXT_HOP ? null : ['Accepted mail', `${environment.dataDir}/maildir`],
    settings.SMTP_NEXT_HOP ? null : ['Mail to people', `${environment.dataDir}/maildir-notifications`],
    ['Logs', `${environment.dataDir}/logs`],
  ].filter((row) => row !== null);
  const lines = [`Postern is ready after ${process.uptime().toFixed(1)} s`, '', ...table(addresses)];
  if (demo !== null) {
    lines.push('', `  Sign in with the password ${demo.password} as`);
    lines.push(...table(demo.signIns.map(({ email, what }) => [email, what])));
    lines.push('', '  See a device being refused, and why:', '  npm run device -- 8.8.4.4');
  }
  return lines.join('\n');
}

function table(rows: string[][]): string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`);
}
