import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProcessSpec, type SupervisedProcess, superviseProcess } from './supervised-process.ts';

let folder: string;
let supervised: SupervisedProcess | undefined;
const reported: string[] = [];
const reports = new EventEmitter();

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-supervised-'));
});
afterEach(async () => {
  await supervised?.stop();
  supervised = undefined;
  reported.length = 0;
  await rm(folder, { recursive: true });
});

function supervise(script: string, more: Partial<ProcessSpec> = {}): SupervisedProcess {
  supervised = superviseProcess({
    name: 'clerk',
    args: ['--input-type=module', '-e', script],
    cwd: folder,
    env: process.env,
    logFile: path.join(folder, 'clerk.log'),
    announces: true,
    firstPauseMs: 1,
    report: (message) => {
      reported.push(message);
      reports.emit(message);
    },
    ...more,
  });
  return supervised;
}

const READY = 'process.send({ ready: true });';
const WAIT = 'setInterval(() => {}, 1e9);';

test('is started once it says so, and ends when asked, its output in the log', async () => {
  const { started, stop } = supervise(`
    console.log('hello');
    process.on('SIGTERM', () => { console.log('{"level":30}'); process.exit(0); });
    ${WAIT} ${READY}`);
  expect(await started).toEqual({ ok: true });
  await stop();
  expect(await readFile(path.join(folder, 'clerk.log'), 'utf8')).toBe('hello\n{"level":30}\n');
  expect(reported).toEqual([]);
});

test('is not started before it is healthy', async () => {
  const answers = [false, false, true];
  const { started } = supervise(`${WAIT} ${READY}`, { isHealthy: async () => answers.shift() ?? true });
  expect(await started).toEqual({ ok: true });
  expect(answers).toEqual([]);
});

test('that ends before it is ready is not tried again, and says why', async () => {
  const { started } = supervise(`console.error('The port is in use.'); process.exit(1);`);
  expect(await started).toEqual({ ok: false, message: 'clerk has ended with code 1:\nThe port is in use.' });
  expect(reported).toEqual([]);
});

test('that dies is started again, and both are said', async () => {
  const { started } = supervise(`
    import { writeFileSync } from 'node:fs';
    writeFileSync('pid', String(process.pid));
    ${WAIT} ${READY}`);
  const back = once(reports, 'clerk is back');
  expect(await started).toEqual({ ok: true });
  process.kill(Number(await readFile(path.join(folder, 'pid'), 'utf8')), 'SIGKILL');
  await back;
  expect(reported).toEqual(['clerk has ended with SIGKILL, starting it again in 0.001 s', 'clerk is back']);
});

test('shows warnings and what is no log line, once it has started', async () => {
  const shown = once(reports, 'clerk: disk is full: no space');
  const { started } = supervise(`
    process.send({ ready: true });
    process.once('message', () => {});
    setInterval(() => {
      console.log(JSON.stringify({ level: 30, msg: 'all is well' }));
      console.log(JSON.stringify({ level: 50, msg: 'disk is full', err: { message: 'no space' } }));
    }, 5);`);
  expect(await started).toEqual({ ok: true });
  await shown;
  expect(reported.join()).not.toContain('all is well');
});

test('that does not end when asked is killed', async () => {
  const { started, stop } = supervise(`process.on('SIGTERM', () => {}); ${WAIT} ${READY}`, {
    stopTimeoutMs: 50,
  });
  await started;
  await stop();
  expect(reported).toEqual(['clerk does not end by itself: it is killed']);
});

describe('a supervisor that is killed', () => {
  let server: Server;
  let parent: ChildProcess | undefined;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    parent?.kill('SIGKILL');
    server.close();
  });

  test('takes its processes with it', async () => {
    const { port } = server.address() as AddressInfo;
    const module = JSON.stringify(new URL('../lib/stop-request.ts', import.meta.url).href);
    const child = `
      import { connect } from 'node:net';
      import { onStopRequest } from ${module};
      const socket = connect(${port}, '127.0.0.1');
      onStopRequest(async (reason) => new Promise((resolve) => socket.end(reason, resolve)), { script: 'clerk' });`;
    const supervisor = `
      import { superviseProcess } from ${JSON.stringify(new URL('supervised-process.ts', import.meta.url).href)};
      superviseProcess({
        name: 'clerk', args: ['--input-type=module', '-e', ${JSON.stringify(child)}], cwd: '.', env: process.env,
        logFile: ${JSON.stringify(path.join(folder, 'clerk.log'))}, announces: false, report: () => {},
      });`;
    const connected = once(server, 'connection');
    parent = spawn(process.execPath, ['--input-type=module', '-e', supervisor], { stdio: 'ignore' });
    const [socket] = (await connected) as [Socket];
    parent.kill('SIGKILL');
    let lastWords = '';
    for await (const chunk of socket) lastWords += chunk;
    expect(lastWords).toBe('the supervisor is gone');
  });
});
