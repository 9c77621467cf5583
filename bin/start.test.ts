import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { identifyProcess } from '../db/process-identity.ts';
import { databaseUrl } from '../db/testing-cluster.ts';
import { projectRoot } from './environment.ts';

// What keeps `npm start` and its parts from starting, each said in a sentence and without a stack. That it starts is
// shown end to end.

const AUTH_SECRET = 'only for tests, and long enough for one';

let dataDir: string;
let squatter: Server;
let taken: number;
beforeAll(async () => {
  squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  taken = (squatter.address() as AddressInfo).port;
});
afterAll(() => {
  squatter.close();
});
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'postern-start-'));
  await chmod(dataDir, 0o711);
});
afterEach(() => rm(dataDir, { recursive: true }));

type Ended = { code: number; output: string };

function run(program: string, settings: { [name: string]: string }): Promise<Ended> {
  // Ports of nobody, so that a Postern that runs beside the tests is not in the way.
  const ports = { PORT: '0', SMTP_PORT: '0', SMTP_PROXY_PORT: '0', SMTP_METRICS_PORT: '0' };
  const env = {
    ...process.env,
    DATABASE_URL: '',
    AUTH_SECRET: '',
    ...ports,
    POSTERN_DATA_DIR: dataDir,
    ...settings,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(projectRoot, 'bin', program)], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
}

describe('npm start', () => {
  test('names every port that is in use', async () => {
    const { code, output } = await run('start.ts', { PORT: String(taken), SMTP_PORT: String(taken) });
    expect(code).toBe(1);
    expect(output).toBe(
      `The portal (PORT) on 127.0.0.1:${taken} cannot listen: the port is in use by another program. Set another PORT.\n` +
        `The SMTP node (SMTP_PORT) on 127.0.0.1:${taken} cannot listen: the port is in use by another program. Set another SMTP_PORT.\n`,
    );
  });

  test('names every setting that is wrong or missing', async () => {
    const { code, output } = await run('start.ts', { DATABASE_URL: 'mysql://db', PORTAL_URL: 'nowhere' });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^3 settings are wrong:\n {2}DATABASE_URL {2}is not .*\n {2}PORTAL_URL {4}is not .*\n {2}AUTH_SECRET {3}is missing: .*\n$/,
    );
  });

  test('says when the database cannot be reached, without its password', async () => {
    const url = 'postgresql://postern:secret@127.0.0.1:1/postern';
    const { code, output } = await run('start.ts', { DATABASE_URL: url, AUTH_SECRET });
    expect(code).toBe(1);
    expect(output).toBe(
      'The database at 127.0.0.1:1/postern cannot be used: nothing listens there. Check DATABASE_URL.\n',
    );
  });

  test('says when another one runs on the same data directory', async () => {
    const mark = { process: await identifyProcess(process.pid), ending: false };
    await writeFile(path.join(dataDir, 'start.json'), JSON.stringify(mark));
    const { code, output } = await run('start.ts', {});
    expect(code).toBe(1);
    expect(output).toBe(
      `Postern already runs with the data directory ${dataDir} (process ${process.pid}): stop that one first, or set another POSTERN_DATA_DIR.\n`,
    );
  });

  test('says when the data directory is a file', async () => {
    const file = path.join(dataDir, 'file');
    await writeFile(file, '');
    const { code, output } = await run('start.ts', { POSTERN_DATA_DIR: file });
    expect(code).toBe(1);
    expect(output).toMatch(/^The data directory .*file cannot be used \(\w+\): .*\n$/);
  });
});

describe.each(['portal.ts', 'jobs.ts'])('%s alone', (program) => {
  test('needs a database and a secret', async () => {
    const { code, output } = await run(program, {});
    expect(code).toBe(1);
    expect(output).toMatch(
      /^2 settings are wrong:\n {2}DATABASE_URL {2}is missing: .*\n {2}AUTH_SECRET {3}is missing: .*\n$/,
    );
  });

  test('needs an address for each name server that it is told of', async () => {
    const settings = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', AUTH_SECRET };
    const { code, output } = await run(program, { ...settings, DNS_SERVERS: '9.9.9.9,abc.invalid:53' });
    expect(code).toBe(1);
    expect(output).toMatch(/^DNS_SERVERS: the name "abc\.invalid" has no address \(E\w+\): .*\n$/);
  });

  test('needs a database that is migrated', async () => {
    const url = databaseUrl(inject('testClusterUrl'), 'postgres');
    const { code, output } = await run(program, { DATABASE_URL: url, AUTH_SECRET });
    expect(code).toBe(1);
    expect(output).toMatch(/has no tables of Postern yet: run "npm run postern -- migrate" first\.\n$/);
  });
});

test('the portal takes only networks in canonical form as its proxies', async () => {
  const url = databaseUrl(inject('testClusterUrl'), 'postgres');
  const settings = { DATABASE_URL: url, AUTH_SECRET, PORTAL_TRUSTED_PROXIES: '10.0.0.1/8' };
  const { code, output } = await run('portal.ts', settings);
  expect(code).toBe(1);
  expect(output).toBe(
    'PORTAL_TRUSTED_PROXIES: "10.0.0.1/8" is not a network in canonical form, do you mean 10.0.0.0/8?\n',
  );
});
