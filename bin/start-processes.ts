import path from 'node:path';
import { smtpNodeArguments } from '../lib/domain/smtp-node-memory.ts';
import type { Environment } from '../lib/env.ts';
import { projectRoot } from './environment.ts';
import { smtpNodeFile } from './smtp-build.ts';
import { type ProcessSpec, type SupervisedProcess, superviseProcess } from './supervised-process.ts';

/** Starts the three processes. They are listed in the order in which they are to be ended. */
export function startProcesses(options: {
  environment: Environment;
  settings: NodeJS.ProcessEnv;
  report: (message: string) => void;
}): SupervisedProcess[] {
  const { environment, settings, report } = options;
  const env: NodeJS.ProcessEnv = { ...settings, NODE_ENV: 'production' };
  const metrics = `http://${connectable(settings.SMTP_METRICS_HOST || '127.0.0.1')}:${settings.SMTP_METRICS_PORT || 9925}`;
  const portal = `http://${connectable(environment.host)}:${environment.port}`;
  const specs: Pick<ProcessSpec, 'name' | 'args' | 'env' | 'announces' | 'isHealthy'>[] = [
    {
      name: 'smtp',
      args: [...smtpNodeArguments, smtpNodeFile],
      env,
      announces: true,
      isHealthy: () => answersOk(`${metrics}/ready`),
    },
    {
      name: 'portal',
      args: [path.join(projectRoot, 'bin', 'portal.ts')],
      env,
      announces: true,
      isHealthy: () => answersOk(`${portal}/api/health`),
    },
    { name: 'jobs', args: [path.join(projectRoot, 'bin', 'jobs.ts')], env, announces: true },
  ];
  return specs.map((spec) =>
    superviseProcess({
      ...spec,
      cwd: projectRoot,
      logFile: path.join(environment.dataDir, 'logs', `${spec.name}.log`),
      report,
    }),
  );
}

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  await response.body?.cancel();
  return response.status === 200;
}

/** Where to reach what listens on this host: an address that means *all of them* cannot be connected to. */
function connectable(list: string): string {
  const host = list.split(',')[0]?.trim() ?? '';
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
