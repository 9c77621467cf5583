import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test, vi } from 'vitest';
import type { OutgoingMail } from './compose-message.ts';
import { createMailer, type Mailer } from './mailer.ts';
import { refusal, startMailSink } from './testing/mail-sink.ts';

const from = { name: 'Example Mail', address: 'support@postern.example' };

const mail: OutgoingMail = {
  id: '0b6f3c7e-7a7c-4d43-8a8e-0b8ef6a3c001',
  to: { name: 'Jo “Ö” Reyes', address: 'owner@acme.example' },
  subject: '45.80.3.17 is in force – at last',
  text: 'In force.\n',
  html: '<p>In force.</p>',
  turnOffUrl: 'https://portal.example/api/mail/abc',
  date: new Date('2026-11-20T12:00:00Z'),
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function mailer(nextHops: string[], maildir = '/nonexistent'): Mailer {
  const made = createMailer({ nextHops, maildir, from });
  closing.push(() => made.close());
  return made;
}

async function sink(options?: Parameters<typeof startMailSink>[0]) {
  const started = await startMailSink(options);
  closing.push(started.close);
  return started;
}

/** A server that says what it is told, and cuts the line where it is told. */
async function scripted(serve: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `smtp://127.0.0.1:${address.port}`;
}

test('what arrives is one message with both parts, and says that a machine wrote it', async () => {
  const hop = await sink();
  const outcome = await mailer([hop.url]).send(mail);
  expect(outcome).toEqual({
    outcome: 'sent',
    by: `127.0.0.1:${hop.port}`,
    hops: [{ hop: `127.0.0.1:${hop.port}`, failure: null }],
  });
  const [taken] = hop.taken;
  expect(taken).toMatchObject({ from: from.address, to: ['owner@acme.example'] });
  const parsed = taken?.parsed;
  expect(parsed?.messageId).toBe('<0b6f3c7e-7a7c-4d43-8a8e-0b8ef6a3c001@postern.example>');
  expect(parsed?.subject).toBe(mail.subject);
  expect(parsed?.date).toEqual(mail.date);
  expect(parsed?.text).toBe(mail.text);
  expect(parsed?.html).toContain('<p>In force.</p>');
  expect(parsed?.to).toMatchObject({ value: [{ address: 'owner@acme.example', name: 'Jo “Ö” Reyes' }] });
  expect(parsed?.replyTo?.value).toMatchObject([{ address: from.address }]);
  expect(parsed?.headers.get('auto-submitted')).toBe('auto-generated');
  expect(taken?.raw.toString()).toContain('List-Unsubscribe: <https://portal.example/api/mail/abc>');
  expect(taken?.raw.toString()).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(parsed?.attachments).toEqual([]);
  // 7-bit: no hop on the way has a reason to change it.
  expect([...(taken?.raw ?? [])].every((octet) => octet < 128)).toBe(true);
});

test('mail that cannot be turned off does not say how', async () => {
  const hop = await sink();
  await mailer([hop.url]).send({ ...mail, turnOffUrl: null });
  expect(hop.taken[0]?.raw.toString()).not.toMatch(/^List-Unsubscribe/m);
});

test('a name cannot add a header or a recipient', async () => {
  const hop = await sink();
  const name = 'Jo\r\nBcc: other@globex.example\r\n"<x@y.example>,';
  await mailer([hop.url]).send({
    ...mail,
    subject: 'One\r\nBcc: other@globex.example',
    to: { ...mail.to, name },
  });
  expect(hop.taken[0]?.to).toEqual(['owner@acme.example']);
  expect(hop.taken[0]?.parsed.bcc).toBeUndefined();
  expect(hop.taken[0]?.raw.toString()).not.toMatch(/^Bcc/im);
});

type Case = [what: string, options: SMTPServerOptions, outcome: string, reason: RegExp];
const refuse = (code: number, text: string) => ({
  onRcptTo: (_address: unknown, _session: unknown, callback: (error: Error) => void) =>
    callback(refusal(code, text)),
});
test.each<Case>([
  ['a recipient that does not exist', refuse(550, '5.1.1 no such user'), 'permanent', /no such user/],
  ['a recipient whose mailbox is full', refuse(452, '4.2.2 full'), 'temporary', /4\.2\.2 full/],
  ['relaying not set up', refuse(550, '5.7.1 relaying denied'), 'temporary', /relaying denied/],
  [
    'a sender that is refused, a setting of ours',
    { onMailFrom: (_address, _session, callback) => callback(refusal(550, '5.1.8 bad sender')) },
    'temporary',
    /bad sender/,
  ],
  [
    'a hop that is busy',
    { onConnect: (_session, callback) => callback(refusal(421, '4.3.2 busy')) },
    'temporary',
    /busy/,
  ],
])('%s', async (_what, options, outcome, reason) => {
  const hop = await sink(options);
  expect(await mailer([hop.url]).send(mail)).toMatchObject({
    outcome,
    reason: expect.stringMatching(reason) as string,
  });
  expect(hop.taken).toEqual([]);
});

test('a message that is refused after its dot is refused for good, the hop is well', async () => {
  const hop = await sink({
    onMessage: () => {
      throw refusal(554, '5.6.0 not this');
    },
  });
  expect(await mailer([hop.url]).send(mail)).toMatchObject({
    outcome: 'permanent',
    hops: [{ failure: null }],
  });
});

test('a hop that is away is passed over and reported; the next one gets the message', async () => {
  const gone = await startMailSink();
  await gone.close();
  const hop = await sink();
  const outcome = await mailer([gone.url, hop.url]).send(mail);
  expect(outcome).toMatchObject({
    outcome: 'sent',
    by: `127.0.0.1:${hop.port}`,
    hops: [
      { hop: `127.0.0.1:${gone.port}`, failure: expect.stringContaining('ECONNREFUSED') as string },
      { failure: null },
    ],
  });
  expect(hop.taken).toHaveLength(1);
});

test('the line cut after the dot: it may have been taken, so no other hop gets it now', async () => {
  const cut = await scripted((socket) => {
    socket.write('220 cut ESMTP\r\n');
    let body = false;
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      if (body && text.includes('\r\n.\r\n')) return socket.destroy();
      if (body) return;
      body = text.startsWith('DATA');
      socket.write(body ? '354 go\r\n' : text.startsWith('EHLO') ? '250 cut\r\n' : '250 ok\r\n');
    });
  });
  const hop = await sink();
  expect(await mailer([cut, hop.url]).send(mail)).toMatchObject({ outcome: 'temporary' });
  expect(hop.taken).toEqual([]);
});

test('a connection is kept for the next message, and one that the hop has closed meanwhile costs none', async () => {
  let connections = 0;
  const bodies: number[] = [];
  const closes = await scripted((socket) => {
    connections += 1;
    const mine = connections;
    let body = false;
    socket.write('220 closes ESMTP\r\n');
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      if (body && text.includes('\r\n.\r\n')) {
        body = false;
        bodies.push(mine);
        // The first one goes with its second MAIL, when the client already counts on it.
        socket.write('250 taken\r\n');
      } else if (!body && text.startsWith('MAIL') && mine === 1 && bodies.length === 2) socket.destroy();
      else if (!body && text.startsWith('EHLO')) socket.write('250 closes\r\n');
      else if (!body) {
        body = text.startsWith('DATA');
        socket.write(body ? '354 go\r\n' : '250 ok\r\n');
      }
    });
  });
  const sender = mailer([closes]);
  for (const id of ['c002', 'c003', 'c004']) {
    const message = { ...mail, id: `0b6f3c7e-7a7c-4d43-8a8e-0b8ef6a3${id}` };
    expect((await sender.send(message)).outcome).toBe('sent');
  }
  expect(bodies).toEqual([1, 1, 2]);
});

test('STARTTLS is used where it is offered, and a certificate that is nobody’s does not do where it is required', async () => {
  // Without a certificate of its own, smtp-server has one for localhost that nobody has signed.
  const hop = await sink({ disabledCommands: [] });
  expect((await mailer([hop.url]).send(mail)).outcome).toBe('sent');
  expect(hop.taken[0]?.tls).toBe(true);
  expect(await mailer([`${hop.url}?tls=required`]).send(mail)).toMatchObject({
    outcome: 'temporary',
    reason: expect.stringMatching(/certificate/i) as string,
  });
  const plain = await sink();
  expect((await mailer([`${plain.url}?tls=required`]).send(mail)).outcome).toBe('temporary');
  expect(plain.taken).toEqual([]);
});

test('signs in over TLS, in clear text within this machine alone; a password never gets into a report', async () => {
  const seen: string[] = [];
  const options: SMTPServerOptions = {
    authOptional: false,
    onAuth: (auth, _session, callback) => {
      seen.push(`${auth.username} ${auth.password}`);
      callback(null, { user: 'postern' });
    },
  };
  const withTls = await sink({ ...options, disabledCommands: [] });
  const login = (url: string) => url.replace('smtp://', 'smtp://post%40ern:s%3Aecret@');
  expect((await mailer([login(withTls.url)]).send(mail)).outcome).toBe('sent');
  expect(seen).toEqual(['post@ern s:ecret']);
  const plain = await sink({ ...options, allowInsecureAuth: true });
  expect((await mailer([login(plain.url)]).send(mail)).outcome).toBe('sent');
  expect(seen).toHaveLength(2);
  // What `remoteAddress` asks: no test connects to anybody beyond this machine.
  const peer = Socket.prototype as unknown as { _getpeername: () => { address: string } };
  const elsewhere = vi.spyOn(peer, '_getpeername').mockReturnValue({ address: '192.0.2.25' });
  const outcome = await mailer([login(plain.url)]).send(mail);
  elsewhere.mockRestore();
  expect(outcome).toMatchObject({ outcome: 'temporary', reason: expect.stringContaining('clear text') });
  expect(seen).toHaveLength(2);
  expect(JSON.stringify(outcome)).not.toMatch(/s:ecret|s%3Aecret|post@ern/);
});

test('without a next hop it becomes a file in a Maildir, whole, and the same message twice is one file', async () => {
  const maildir = await mkdtemp(path.join(tmpdir(), 'mailer-test-'));
  closing.push(() => rm(maildir, { recursive: true }));
  const sender = mailer([], path.join(maildir, 'notifications'));
  expect(await sender.send(mail)).toMatchObject({ outcome: 'sent', hops: [] });
  expect((await sender.send(mail)).outcome).toBe('sent');
  const folder = path.join(maildir, 'notifications');
  expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  expect(await readdir(path.join(folder, 'cur'))).toEqual([]);
  const files = await readdir(path.join(folder, 'new'));
  expect(files).toHaveLength(1);
  const raw = await readFile(path.join(folder, 'new', files[0] ?? ''));
  expect(raw.includes('\r')).toBe(false);
  const parsed = await simpleParser(raw);
  expect([parsed.subject, parsed.text?.trim()]).toEqual([mail.subject, 'In force.']);
});
