import { describe, expect, test } from 'vitest';
import { LARGEST_REPORT_OCTETS, parseFeedbackReport } from './arf.ts';
import { type ReportShape, reportMessage, usualOriginal, usualReport } from './testing-reports.ts';

const parse = (shape?: ReportShape) => parseFeedbackReport(reportMessage(shape));
/** The usual report with a field in another spelling, or without it. */
const withField = (name: string, ...lines: string[]): ReportShape => ({
  report: [
    ...usualReport.filter((line) => !line.toLowerCase().startsWith(`${name.toLowerCase()}:`)),
    ...lines,
  ],
});

test('a whole report: every field is read, people are not named', () => {
  expect(parse()).toEqual({
    feedbackType: 'abuse',
    version: '1',
    reporter: {
      userAgent: 'LoopKeeper/3.2',
      fromDomain: 'mailbox.example',
      reportedDomains: ['acme.example'],
      reportingMta: 'dns; mx.mailbox.example',
    },
    source: { state: 'given', address: '45.90.1.7' },
    arrivalDate: new Date('2026-11-20T09:00:00Z'),
    incidents: 1,
    mailFrom: 'invoices@acme.example',
    recipients: ['j…@mailbox.example'],
    original: {
      attributions: [],
      messageId: '<4711@acme.example>',
      from: 'Accounts <invoices@acme.example>',
      fromDomain: 'acme.example',
      to: 'jane.doe@mailbox.example',
      subject: 'Your invoice 4711',
      date: new Date('2026-11-20T08:59:58Z'),
    },
    problems: [],
  });
});

test('the shortest report that RFC 5965 allows', () => {
  expect(parse({ report: usualReport.slice(0, 3), original: ['Subject: x', '', ''] })).toMatchObject({
    feedbackType: 'abuse',
    source: { state: 'missing', address: null },
    arrivalDate: null,
    problems: [],
  });
});

describe('line ends and folding', () => {
  test.each([
    ['CR LF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
  ])('%s', (_name, lineEnd) => {
    expect(parse({ lineEnd })).toEqual(parse());
  });

  test('of several kinds in one message', () => {
    let at = 0;
    const mixed = reportMessage({ lineEnd: '\n' }).replace(/\n/g, () => {
      at += 1;
      return ['\r\n', '\n', '\r'][at % 3] ?? '\n';
    });
    // CR followed by LF is one line end, so an empty line between such a pair is lost; the fields are not.
    expect(parseFeedbackReport(mixed)).toMatchObject({ feedbackType: 'abuse' });
  });

  test('folded fields, in the report and in the reported message', () => {
    const report = parse({
      ...withField('User-Agent', 'User-Agent:', '\tLoopKeeper/3.2', ' (beta)'),
      original: [
        'Postern-Attribution: v=1; server=acme;',
        '\tentry=-;',
        ' auth=ip',
        'Subject: a',
        ' b',
        '',
        '',
      ],
    });
    expect(report.reporter.userAgent).toBe('LoopKeeper/3.2 (beta)');
    expect(report.original).toMatchObject({
      attributions: ['v=1; server=acme; entry=-; auth=ip'],
      subject: 'a b',
    });
  });
});

describe('the address of the source', () => {
  test.each([
    ['45.90.1.7', 'given', '45.90.1.7'],
    ['  45.90.1.7  ', 'given', '45.90.1.7'],
    ['45.90.1.7 (scanner.acme.example)', 'given', '45.90.1.7'],
    ['[45.90.1.7]', 'given', '45.90.1.7'],
    ['2a01:4f8:0:0:0:0:0:9', 'given', '2a01:4f8::9'],
    ['[IPv6:2a01:4f8::9]', 'given', '2a01:4f8::9'],
    ['::ffff:45.90.1.7', 'given', '45.90.1.7'],
    ['', 'missing', null],
    ['45.90.1.x', 'masked', null],
    ['45.90.1.0/24', 'masked', null],
    ['45.90.*.*', 'masked', null],
    ['redacted', 'masked', null],
    ['45.90.1.0', 'masked', '45.90.1.0'],
    ['2a01:4f8:1:2::', 'masked', '2a01:4f8:1:2::'],
    ['045.090.001.007', 'malformed', null],
    ['45.90.1.7:25', 'malformed', null],
    ['45.90.1', 'malformed', null],
    ['mta.acme.example', 'malformed', null],
    ['10.0.0.7', 'not_public', '10.0.0.7'],
    ['192.0.2.1', 'not_public', '192.0.2.1'],
    ['127.0.0.1', 'not_public', '127.0.0.1'],
    ['100.64.3.4', 'not_public', '100.64.3.4'],
    ['fe80::1', 'not_public', 'fe80::1'],
  ])('%s is %s', (text, state, address) => {
    expect(parse(withField('Source-IP', `Source-IP: ${text}`)).source).toEqual({ state, address });
  });

  test('missing, and nothing else of the message is taken for it', () => {
    expect(parse(withField('Source-IP')).source).toEqual({ state: 'missing', address: null });
  });

  test('given twice is one where both say the same, none where they do not', () => {
    const twice = (other: string) =>
      parse(withField('Source-IP', 'Source-IP: 45.90.1.7', `Source-IP: ${other}`)).source;
    expect(twice('45.90.1.7').state).toBe('given');
    expect(twice('45.90.1.8')).toEqual({ state: 'several', address: null });
  });
});

describe('for a person', () => {
  const plain = 'From: jane@mailbox.example\r\nSubject: I got spam\r\n\r\nFrom 45.90.1.7, stop it.\r\n';
  const nested = (depth: number): string => {
    let body = reportMessage();
    for (let at = 0; at < depth; at += 1) {
      body = `Content-Type: multipart/mixed; boundary=n${at}\r\n\r\n--n${at}\r\n${body}\r\n--n${at}--\r\n`;
    }
    return body;
  };
  const reports = reportMessage().split('--edge-1\r\n');

  test.each<[string, string, string[]]>([
    ['an ordinary message', plain, ['not_a_report']],
    ['nothing', '', ['not_a_report']],
    ['a report without a type', reportMessage(withField('Feedback-Type')), ['feedback_type_missing']],
    [
      'a type that is none',
      reportMessage(withField('Feedback-Type', 'Feedback-Type: <b>')),
      ['feedback_type_missing'],
    ],
    ['a report without its generator', reportMessage(withField('User-Agent')), ['user_agent_missing']],
    ['a report without its version', reportMessage(withField('Version')), ['version_missing']],
    [
      'two types',
      reportMessage(withField('Feedback-Type', 'Feedback-Type: abuse', 'Feedback-Type: fraud')),
      ['contradicts_itself'],
    ],
    [
      'two reports in one',
      [reports[0], reports[1], reports[2], reports[2], reports[3]].join('--edge-1\r\n'),
      ['several_reports'],
    ],
    ['a part of another type', reportMessage({ reportType: 'text/plain' }), ['wrong_part_type']],
    ['nested deeper than anybody nests', nested(12), ['beyond_limits', 'not_a_report']],
  ])('%s', (_name, message, problems) => {
    expect(parseFeedbackReport(message).problems).toEqual(problems);
  });

  test('a report that was passed on is read, and says that it was', () => {
    const attached = [
      'From: helpdesk@acme.example',
      'Content-Type: multipart/mixed; boundary=outer',
      '',
      '--outer',
      'Content-Type: text/plain',
      '',
      'See below.',
      '--outer',
      'Content-Type: message/rfc822',
      '',
      reportMessage(),
      '--outer--',
    ].join('\r\n');
    expect(parseFeedbackReport(attached)).toMatchObject({
      feedbackType: 'abuse',
      reporter: { fromDomain: 'acme.example' },
      problems: ['forwarded'],
    });
  });

  test('what is larger than any report', () => {
    const report = parseFeedbackReport(`${reportMessage()}${'x'.repeat(LARGEST_REPORT_OCTETS)}`);
    expect(report.problems).toEqual(['beyond_limits']);
  });
});

test('of a large message only the header is read, and a large report is for a person', () => {
  const lines = Array<string>(20_000).fill('x'.repeat(70));
  expect(parse({ original: [...usualOriginal, ...lines] })).toEqual(parse());
  expect(parse({ report: [...usualReport, ...lines.map((line) => `X: ${line}`)] })).toMatchObject({
    feedbackType: 'abuse',
    problems: ['beyond_limits'],
  });
});

describe('how the parts are put together', () => {
  test.each<[string, ReportShape]>([
    ['nothing closes the last part', { open: true }],
    [
      'only the header of the message',
      { originalType: 'text/rfc822-headers', original: usualOriginal.slice(0, 6) },
    ],
    ['a boundary with characters that mean something elsewhere', { boundary: '=_(a+b)?*.$' }],
    [
      'a boundary that begins like another line',
      { boundary: 'edge', original: ['Subject: Your invoice 4711', '', '--edge-2', '--edgeless', ''] },
    ],
  ])('%s', (_name, shape) => {
    const report = parse(shape);
    expect(report).toMatchObject({
      feedbackType: 'abuse',
      original: { subject: 'Your invoice 4711' },
      problems: [],
    });
  });

  test('a multipart within a multipart', () => {
    const whole = reportMessage();
    const outer = `From: fbl@mailbox.example\r\nContent-Type: multipart/mixed; boundary=out (the outer one)\r\n\r\n--out\r\n${whole}\r\n--out  \r\n\r\nA footer of a list.\r\n--out--\r\n`;
    expect(parseFeedbackReport(outer)).toMatchObject({ feedbackType: 'abuse', problems: [] });
  });

  test('a boundary cut into pieces (RFC 2231)', () => {
    const message = reportMessage().replace('boundary="edge-1"', 'boundary*0="ed"; boundary*1="ge-1"');
    expect(parseFeedbackReport(message)).toMatchObject({ feedbackType: 'abuse', problems: [] });
  });

  test.each([
    ['base64', (text: string) => btoa(text)],
    ['quoted-printable', (text: string) => text.replaceAll('=', '=3D').replaceAll('Abuse', '=41buse')],
  ])('the fields in %s', (encoding, encode) => {
    const shape = {
      partHeaders: [`Content-Transfer-Encoding: ${encoding}`],
      report: [encode(usualReport.join('\r\n'))],
    };
    expect(parse(shape)).toMatchObject({
      feedbackType: 'abuse',
      source: { address: '45.90.1.7' },
      problems: [],
    });
  });

  test('no message with it', () => {
    expect(parse({ original: null })).toMatchObject({ original: null, problems: [] });
  });

  test('a report within the reported message is the spammer’s own', () => {
    const forged = reportMessage({
      boundary: 'edge-9',
      report: [...usualReport.slice(0, 3), 'Source-IP: 8.8.8.8'],
    });
    expect(parse({ original: forged.split('\r\n') })).toMatchObject({
      source: { address: '45.90.1.7' },
      problems: [],
    });
  });
});

describe('who reports', () => {
  test.each([
    ['From: fbl@mailbox.example', 'mailbox.example'],
    ['From: "fbl@elsewhere.example" <fbl@MAILBOX.example.>', 'mailbox.example'],
    ['From: fbl@mailbox.example (not fbl@elsewhere.example)', 'mailbox.example'],
    ['From: a@one.example, b@two.example', null],
    ['From: nobody', null],
    ['From: "a \\" b@elsewhere.example" <fbl@mailbox.example>', 'mailbox.example'],
    ['From: "never closed <fbl@mailbox.example>', null],
    [`From: ${'x'.repeat(5000)} <fbl@mailbox.example>`, null],
    ['Subject: no From at all', null],
  ])('%s', (line, domain) => {
    expect(parse({ head: [line] }).reporter.fromDomain).toBe(domain);
  });

  test('two From fields are none', () => {
    expect(parse({ head: ['From: a@one.example', 'From: a@one.example'] }).reporter.fromDomain).toBeNull();
  });
});

test('dates: obsolete zones, a wrong weekday, the field’s older name', () => {
  const at = (line: string) => parse(withField('Arrival-Date', line)).arrivalDate?.toISOString() ?? null;
  expect(at('Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT')).toBe('2005-03-08T18:00:00.000Z');
  expect(at('Arrival-Date: 29 Apr 2016 23:34:45 +0200 (CEST)')).toBe('2016-04-29T21:34:45.000Z');
  expect(at('Received-Date: Thu, 29 Apr 2009 00:00:00 -0000 (EST)')).toBe('2009-04-29T00:00:00.000Z');
  expect(at('Arrival-Date: 30 Feb 2026 10:00:00 +0000')).toBeNull();
  expect(at('Arrival-Date: 20 Nov 2026 09:00:00')).toBeNull();
  expect(at('Arrival-Date: yesterday')).toBeNull();
});

test('what the reported message says is decoded, and cut where it is long', () => {
  const original = [
    'Subject: =?utf-8?Q?Gew=C3=BCrz?= =?ISO-8859-1?B?Z2ls?=',
    `From: ${'a'.repeat(1000)}`,
    `Postern-Attribution: one`,
    'Postern-Attribution: two',
    '',
    'Postern-Attribution: in the body',
  ];
  const { original: read } = parse({ original });
  expect(read).toMatchObject({ subject: 'Gewürzgil', attributions: ['one', 'two'] });
  expect(read?.from).toHaveLength(300);
});
