import path from 'node:path';
import { freePorts, type Scene } from '../scene.ts';
import type { Gateway } from './gateway.ts';
import { gatewayCore, onCore } from './process.ts';

const testdata = path.resolve(import.meta.dirname, '../../smtp-worker/testdata');

export type PosternGateway = Gateway & { readonly tlsPort: number };

/** Our node, as a process of its own, with everything that it does in production: logs, metrics, reports, heartbeats. */
export async function startPostern(scene: Scene, sinkPort: number): Promise<PosternGateway> {
  const [tlsPort = 0] = await freePorts(1);
  const node = await scene.startNode({
    prefix: onCore(gatewayCore, []),
    log: path.join(scene.directory, 'postern.log'),
    execArgv: process.env.BENCH_NODE_ARGUMENTS?.split(' ') ?? [],
    settings: {
      SMTP_NEXT_HOP: `smtp://127.0.0.1:${sinkPort}`,
      SMTP_TLS_PORT: String(tlsPort),
      SMTP_TLS_CERT: path.join(testdata, 'certificate.pem'),
      SMTP_TLS_KEY: path.join(testdata, 'key.pem'),
    },
  });
  return { name: 'Postern', port: node.port, tlsPort, pid: node.child.pid ?? 0, stop: async () => {} };
}
