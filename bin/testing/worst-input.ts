import { parseDomainName } from '../../lib/adapters/domain-name.ts';
import { parseRangeText } from '../../lib/domain/address-range.ts';
import { parseFeedbackReport } from '../../lib/domain/arf.ts';
import { readFromField } from '../../lib/domain/header-from.ts';
import { readHeaderSection } from '../../lib/domain/header-section.ts';
import { parseMailDate } from '../../lib/domain/mail-date.ts';
import { decodeQuotedPrintable, decodeWords } from '../../lib/domain/mime-decode.ts';
import { redactSample } from '../../lib/domain/redacted-sample.ts';
import { parseSmtpPath } from '../../lib/domain/smtp-path.ts';
import { reportMessage } from '../../lib/domain/testing-reports.ts';
import { readList } from '../commands/read-list.ts';

// For tests, a process of its own: reads a megabyte of each of the worst repetitions with everything that reads what
// strangers write. It names each reader before it begins, so that whoever ends it sees where it hung.

const OCTETS = 1024 * 1024;

const repetitions = [
  ' ',
  '"',
  '\\',
  '\\"',
  '(',
  ')',
  '(\\',
  '=',
  '=?',
  '?=',
  '?= ',
  '=?a?q?',
  '=?a?q?_?= ',
  '@',
  'a@',
  'a',
  '<',
  '.',
  '-',
  ' - ',
  '/',
  '/1',
  ';',
  ';a="',
  ';a=\\"',
  '0',
  '\n',
  ' \n',
  '\n ',
  '\r',
  '--a\n',
  'Content-Type: multipart/mixed; boundary=a\n\n--a\n',
];

const toAscii = (domain: string) => domain;
const inReport = (field: string) => reportMessage({ report: ['Feedback-Type: abuse', 'Version: 1', field] });

/** Each is given one repetition. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'a message': parseFeedbackReport,
  'From of a report': (text) => parseFeedbackReport(reportMessage({ head: [`From: ${text}x`] })),
  'an open quote in From': (text) => parseFeedbackReport(reportMessage({ head: [`From: "${text}x`] })),
  'Content-Type': (text) => parseFeedbackReport(`Content-Type: multipart/mixed${text}x\n\n${text}`),
  boundary: (text) => parseFeedbackReport(`Content-Type: multipart/mixed; boundary="${text}x\n\n${text}`),
  parts: (text) => parseFeedbackReport(`Content-Type: multipart/mixed; boundary=a\n\n--a\n${text}`),
  'Source-IP': (text) => parseFeedbackReport(inReport(`Source-IP: ${text}x`)),
  'Original-Rcpt-To': (text) => parseFeedbackReport(inReport(`Original-Rcpt-To: <${text}`)),
  'a reported Subject': (text) => parseFeedbackReport(reportMessage({ original: [`Subject: ${text}x`] })),
  'a reported Date': (text) => parseFeedbackReport(reportMessage({ original: [`Date: 1 ${text}x`] })),
  'quoted-printable in a report': (text) =>
    parseFeedbackReport(
      reportMessage({
        partHeaders: ['Content-Transfer-Encoding: quoted-printable'],
        report: [`${text}x`],
      }),
    ),
  'base64 in a report': (text) =>
    parseFeedbackReport(
      reportMessage({ partHeaders: ['Content-Transfer-Encoding: base64'], report: [text] }),
    ),
  'quoted-printable': (text) => decodeQuotedPrintable(`${text}x`),
  'encoded words': (text) => decodeWords(`${text}x`),
  'one encoded word': (text) => decodeWords(`=?utf-8?q?${text.slice(0, 2000)}?=`.repeat(500)),
  'a sample': (text) => redactSample({ at: '', sender: text, recipient: text, subject: text }),
  'a header section': (text) => readHeaderSection(`a: ${text}\r\n`),
  'From of a message': (text) => readFromField(`a ${text} <a@b.example>`, toAscii),
  'a date': (text) => parseMailDate(`1${text}x`),
  'a path': (text) => parseSmtpPath(`<a@${text}>`, toAscii),
  'a domain': (text) => parseDomainName(`a${text}\nx`),
  'a range': (text) => parseRangeText(`${text}x`),
  'a list': (text) => readList(`network,server,label\n45.90.1.7,a,${text.replaceAll('\n', ' ')}`),
};

for (const [name, read] of Object.entries(readers)) {
  for (const repetition of repetitions) {
    console.log(`${name} ${JSON.stringify(repetition)}`);
    read(repetition.repeat(Math.ceil(OCTETS / repetition.length)));
  }
}
console.log('all read');
