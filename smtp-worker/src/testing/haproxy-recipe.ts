import { requireProgram } from '../../../bin/find-program.ts';
import { atPlaces, readRecipe, settingsIn } from '../../../bin/testing/recipes.ts';
import { type Haproxy, runHaproxy } from './haproxy.ts';
import { freePort } from './streaming-pair.ts';

/** The setting of docs/recipes/haproxy.md on this machine: each node has an address of loopback, all have the same ports. */
export type HaproxyRecipe = {
  /** By the names that the recipe gives the nodes. */
  readonly nodes: ReadonlyMap<string, Record<string, string>>;
  /** Where clients come to. */
  readonly port: number;
  readonly start: () => Promise<Haproxy>;
};

/**
 * @param network the first three numbers of the nodes' addresses, `127.0.88`
 * @param count of nodes; the recipe has two, and further ones by the same line
 */
export async function readHaproxyRecipe(network: string, count: number): Promise<HaproxyRecipe> {
  const program = await requireProgram('haproxy');
  const proxyPort = await freePort();
  const metricsPort = await freePort();
  const port = await freePort();
  const address = (number: number) => `${network}.${number}`;
  const settings = await readRecipe('node behind HAProxy');
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const settingsOf = (number: number) => ({
    ...settingsIn(
      atPlaces(settings, {
        '10.0.0.10': address(number),
        '=2526': `=${proxyPort}`,
        '10.0.0.5/32': '127.0.0.1/32',
      }),
    ),
    SMTP_METRICS_PORT: String(metricsPort),
  });
  const text = atPlaces(await readRecipe('haproxy.cfg'), {
    'bind :587': `bind 127.0.0.1:${port}`,
    'bind :25': `bind 127.0.0.1:${await freePort()}`,
    'port 9925': `port ${metricsPort}`,
    '10.0.0.10:2526': `${address(1)}:${proxyPort}`,
    '10.0.0.11:2526': `${address(2)}:${proxyPort}`,
  });
  const more = numbers.slice(2).map((number) => `    server smtp-${number} ${address(number)}:${proxyPort}`);
  const nodes = new Map(numbers.map((number) => [`smtp-${number}`, settingsOf(number)]));
  return { nodes, port, start: () => runHaproxy(program, [text, ...more]) };
}
