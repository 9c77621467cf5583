import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Rivals, waitForBanner } from './gateway.ts';
import { gatewayCore, startOnCore, stopProcess } from './process.ts';

export const nginxMailModule = '/usr/lib/nginx/modules/ngx_mail_module.so';

/** nginx's mail proxy; who may send is asked of an HTTP server, here one of its own that says yes. */
export async function startNginx(rivals: Rivals): Promise<Gateway> {
  const port = await rivals.freePort();
  const authPort = await rivals.freePort();
  const config = path.join(rivals.directory, 'nginx.conf');
  await writeFile(
    config,
    `${existsSync(nginxMailModule) ? `load_module ${nginxMailModule};` : ''}
daemon off;
worker_processes 1;
pid ${path.join(rivals.directory, 'nginx.pid')};
error_log ${path.join(rivals.directory, 'nginx.error.log')};
events { worker_connections 8192; }
mail {
  server_name bench.localhost;
  auth_http 127.0.0.1:${authPort}/;
  smtp_auth none;
  xclient off;
  proxy_pass_error_message on;
  server { listen 127.0.0.1:${port}; protocol smtp; }
}
http {
  access_log off;
  server {
    listen 127.0.0.1:${authPort};
    location / {
      add_header Auth-Status OK;
      add_header Auth-Server 127.0.0.1;
      add_header Auth-Port ${rivals.sinkPort};
      return 200;
    }
  }
}
`,
  );
  const log = path.join(rivals.directory, 'nginx.log');
  const child = startOnCore('nginx', ['-p', rivals.directory, '-c', config], { core: gatewayCore, log });
  const stop = () => stopProcess(child);
  try {
    await waitForBanner(port, () => readFileSync(log, 'utf8').slice(-500));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: 'nginx mail', port, pid: child.pid ?? 0, only: ['body'], stop };
}
