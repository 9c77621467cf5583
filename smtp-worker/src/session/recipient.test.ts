import { describe, expect, test } from 'vitest';
import { listed, notListed, openTestSession, type TestSessionOptions } from '../testing/session-harness.ts';
import type { AddressStanding } from './types.ts';

const recipient = (argument: string, options: TestSessionOptions = {}, mail = 'FROM:<a@acme.example>') => {
  const open = openTestSession({ greeted: true, ...options });
  open.send(`MAIL ${mail}\r\n`);
  return open.send(`RCPT ${argument}\r\n`);
};

describe('in force', () => {
  test.each([
    'TO:<b@c.example>',
    'to: <b@c.example> ',
    'TO:b@c.example',
    'TO:<postmaster>',
    'TO:<"a b"@c.example>',
  ])('%s is handed on at once', (argument) => {
    expect(recipient(argument)).toBe('250 2.1.5 Recipient accepted\r\n');
  });

  test.each([
    ['', '501 5.1.3'],
    ['TO:', '501 5.1.3'],
    ['TO:<>', '501 5.1.3'],
    ['TO:<b>', '501 5.1.3'],
    ['TO:<b@c@d.example>', '501 5.1.3'],
    ['TO:<@c.example:b@d.example>', '501 5.1.3'],
    ['TO:<v\u00ef\u00bc\u00a0elsewhere\u00e3\u0080\u0082example>', '501 5.1.3'],
    ['TO:<\u00c3\u00a9@c.example>', '501 5.1.3'],
    ['TO:<b@c.example> NOTIFY=NEVER', '555 5.5.4'],
    ['TO:<b@c.example> X', '555 5.5.4'],
  ])('%s: %s', (argument, reply) => {
    expect(recipient(argument).startsWith(`${reply} PX-`)).toBe(true);
  });

  test('the envelope goes to the next hop as it came', () => {
    const open = openTestSession({ greeted: true });
    open.send(
      'MAIL FROM:<A.B@Acme.Example> SIZE=500 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<\u00c3\u00a9@C.example>\r\n',
    );
    expect(open.nextHop.envelopes).toEqual([
      {
        transactionId: 'T1',
        entryId: '0198c1d2-0000-7000-8000-000000000001',
        server: 'acme-production',
        sender: 'A.B@Acme.Example',
        declaredSize: 500,
        eightBit: true,
        utf8: true,
        offered: { eightBit: true, utf8: true },
        client: {
          address: '203.0.113.5',
          port: 50123,
          ehlo: 'client.example',
          protocol: 'ESMTP',
          login: null,
        },
      },
    ]);
    expect(open.nextHop.commands).toEqual(['RCPT \u00e9@C.example']);
  });
});

describe('not in force', () => {
  test.each<[string, AddressStanding['standing'], string]>([
    ['a stranger', 'none', '530 5.7.0 PX-NOTWHITELISTED'],
    ['suspended', 'suspended', '550 5.7.1 PX-SUSPENDED'],
    ['removed for abuse', 'removed_for_abuse', '550 5.7.1 PX-REMOVEDFORABUSE'],
    ['lapsed', 'lapsed', '451 4.7.0 PX-LAPSED'],
    ['cancelled', 'cancelled', '550 5.7.1 PX-CANCELLED'],
  ])('%s, whatever the recipient looks like', (_, standing, reply) => {
    const options = { standing: { standing, terms: null } as AddressStanding };
    for (const argument of ['TO:<b@c.example>', 'TO:<|/bin/sh>', 'TO:<b@c.example> X', 'nonsense']) {
      expect(recipient(argument, options).startsWith(reply)).toBe(true);
    }
  });

  test('nothing of it reaches the next hop', () => {
    const open = openTestSession({ greeted: true, standing: notListed });
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
    expect(open.send('DATA\r\n')).toMatch(/^503 5\.5\.1/);
    expect(open.nextHop).toMatchObject({ envelopes: [], commands: [] });
  });

  test('a client whose address no proxy gave is nobody', () => {
    const open = openTestSession({ client: null, greeted: true });
    const said = open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
    expect(said).toMatch(/530 5\.7\.0 PX-[^\r]* Your address is not known\./);
  });

  test('what it calls itself changes nothing', () => {
    const open = openTestSession({ standing: notListed });
    open.send('EHLO [203.0.113.50]\r\n');
    expect(open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n')).toMatch(/530 5\.7\.0/);
  });
});

describe('out of scope', () => {
  test.each<[string, TestSessionOptions, string, string]>([
    ['sender', {}, 'FROM:<a@globex.example>', '550 5.7.1 PX-SENDEROUTOFSCOPE'],
    [
      'recipient',
      { scope: { recipientDomains: new Set(['d.example']) } },
      'FROM:<a@acme.example>',
      '550 5.7.1 PX-RECIPIENTOUTOFSCOPE',
    ],
    [
      'a copy too old',
      { facts: { copyTooOld: () => true } },
      'FROM:<a@acme.example>',
      '451 4.3.0 PX-COPYTOOOLD',
    ],
    ['rate', { facts: { takeRate: () => false } }, 'FROM:<a@acme.example>', '451 4.7.0 PX-RATEEXCEEDED'],
    ['a brake', { facts: { heldByNode: () => true } }, 'FROM:<a@acme.example>', '451 4.7.0 PX-HELDBYNODE'],
  ])('%s', (_, options, mail, reply) => {
    expect(recipient('TO:<b@c.example>', options, mail).startsWith(reply)).toBe(true);
  });

  test('the null reverse-path is taken, its header From will answer for it', () => {
    expect(recipient('TO:<b@c.example>', {}, 'FROM:<>')).toMatch(/^250 2\.1\.5/);
  });

  test('one recipient more than the entry allows, those on their way counted', () => {
    const open = openTestSession({ greeted: true, manual: true, scope: { recipientsPerMessage: 2 } });
    let said = open.send('MAIL FROM:<a@acme.example>\r\n');
    said += open.send('RCPT TO:<1@c.example>\r\nRCPT TO:<2@c.example>\r\nRCPT TO:<3@c.example>\r\n');
    open.settle();
    const replies = (said + open.said())
      .trim()
      .split('\r\n')
      .map((line) => line.slice(0, 9));
    expect(replies).toEqual(['250 2.1.0', '250 2.1.5', '250 2.1.5', '452 4.5.3']);
  });

  test('a message is counted once, and given back if it is not handed on', () => {
    let taken = 0;
    const facts = {
      takeRate: () => {
        taken += 1;
        return true;
      },
      returnRate: () => {
        taken -= 1;
      },
    };
    const open = openTestSession({ greeted: true, facts });
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nRCPT TO:<d@c.example>\r\n');
    expect(taken).toBe(1);
    open.send('RSET\r\n');
    expect(taken).toBe(0);
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n');
    open.send('From: a@acme.example\r\n\r\n.\r\n');
    expect(taken).toBe(1);
  });
});

describe('the next hop has its say for each recipient', () => {
  test('its refusals keep their place and their code', () => {
    const open = openTestSession({ greeted: true });
    open.nextHop.answers.set('RCPT no@c.example', {
      kind: 'refused',
      code: 550,
      enhanced: '5.1.1',
      text: 'unknown in virtual table db3',
    });
    open.nextHop.answers.set('RCPT away@c.example', { kind: 'away', reason: 'ECONNRESET' });
    const said = open.send(
      'MAIL FROM:<a@acme.example>\r\nRCPT TO:<no@c.example>\r\nRCPT TO:<bad>\r\nRCPT TO:<yes@c.example>\r\nRCPT TO:<away@c.example>\r\n',
    );
    expect(said.split('\r\n').map((line) => line.slice(0, 9))).toEqual([
      '250 2.1.0',
      '550 5.1.1',
      '501 5.1.3',
      '250 2.1.5',
      '451 4.4.1',
      '',
    ]);
    expect(said).not.toContain('db3');
    open.send('QUIT\r\n');
    expect(open.transactions[0]?.refused.map(({ to, reason }) => [to, reason])).toEqual([
      ['TO:<bad>', 'RCPT path'],
      ['no@c.example', 'next hop: 550 unknown in virtual table db3'],
      ['away@c.example', 'ECONNRESET'],
    ]);
  });

  test('names that it does not know are errors as those that we refuse, until a message is taken', () => {
    const open = openTestSession({ greeted: true, scope: { recipientsPerMessage: 2000 } });
    for (let name = 0; name < 1000; name += 1) {
      open.nextHop.answers.set(`RCPT n${name}@c.example`, {
        kind: 'refused',
        code: name < 90 ? 550 : 450,
        enhanced: null,
        text: 'who?',
      });
    }
    const recipients = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, place) => `RCPT TO:<n${from + place}@c.example>\r\n`).join('');
    // What may be tried again is no error, whatever there is of it.
    open.send(`MAIL FROM:<a@acme.example>\r\n${recipients(0, 1000)}RCPT TO:<yes@c.example>\r\nDATA\r\n`);
    expect(open.send('From: a@acme.example\r\n\r\n.\r\n')).toMatch(/^250 2\.0\.0/);
    const again = `MAIL FROM:<a@acme.example>\r\n${recipients(0, 90)}`;
    const said = open.send(`${again}RSET\r\n${again}NOOP\r\n`);
    expect(said.match(/^550 /gm)).toHaveLength(100);
    expect(said).toMatch(/550 [^\r]*\r\n421 4\.7\.0 PX-TOOMANYERRORS [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
  });

  test('whom a stranger wrote to stands in the log as an address', () => {
    const open = openTestSession({ greeted: true, standing: notListed });
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nQUIT\r\n');
    expect(open.transactions[0]?.refused.map(({ to }) => to)).toEqual(['b@c.example']);
  });

  test('a whole group is asked at once and DATA waits for all of it', () => {
    const open = openTestSession({ greeted: true, manual: true });
    const said = open.send(
      'MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nRCPT TO:<d@c.example>\r\nDATA\r\n',
    );
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'RCPT d@c.example']);
    expect(said).toMatch(/^250 2\.1\.0 [^\r]*\r\n$/);
    open.settle();
    expect(open.said()).toMatch(/^250 2\.1\.5 [^\r]*\r\n250 2\.1\.5 [^\r]*\r\n354 [^\r]*\r\n$/);
  });

  test('RSET behind it waits as well, and then nothing remains', () => {
    const open = openTestSession({ greeted: true, manual: true });
    const said = open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nRSET\r\nNOOP\r\n');
    open.settle();
    expect((said + open.said()).split('\r\n').map((line) => line.slice(0, 9))).toEqual([
      '250 2.1.0',
      '250 2.1.5',
      '250 2.0.0',
      '250 2.0.0',
      '',
    ]);
    expect(open.nextHop.commands.at(-1)).toBe('ABANDON');
  });
});

test('sandbox: taken without the next hop', () => {
  const sandbox = { ...listed({ sandboxUntil: Date.UTC(2027, 0, 1) }) } as AddressStanding;
  const open = openTestSession({ greeted: true, standing: sandbox });
  expect(open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n')).toMatch(
    /250 2\.1\.5 [^\r]*not delivered/,
  );
  open.send('DATA\r\n');
  expect(open.send('From: a@acme.example\r\n\r\nx\r\n.\r\n')).toMatch(/^250 2\.0\.0 [^\r]*not delivered/);
  expect(open.nextHop.envelopes).toEqual([]);
  expect(open.transactions).toMatchObject([{ outcome: 'discarded' }]);
});
