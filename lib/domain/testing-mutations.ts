import fc from 'fast-check';
import { reportMessage, usualReport } from './testing-reports.ts';

// Broken reports. Each is a real one that was cut, doubled, shuffled or filled with rubbish.

const seeds = [
  reportMessage(),
  reportMessage({ lineEnd: '\n', open: true }),
  reportMessage({ boundary: '=_x', originalType: 'text/rfc822-headers' }),
  reportMessage({
    partHeaders: ['Content-Transfer-Encoding: base64'],
    report: [btoa(usualReport.join('\n'))],
  }),
  `Content-Type: message/rfc822\r\n\r\n${reportMessage()}`,
];
const rubbish = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '\r',
    '\n',
    '\0',
    '(',
    '"',
    '\\',
    '--edge-1',
    '--edge-1--',
    '=?utf-8?q?',
    ';boundary=',
    'Source-IP: 45.90.1.9\r\n',
  ),
);
const at = fc.double({ min: 0, max: 1, noNaN: true });

type Mutation = (text: string) => string;
const place = (text: string, share: number) => Math.floor(text.length * share);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, rubbish).map(
    ([where, what]): Mutation =>
      (text) => {
        const middle = place(text, where);
        return text.slice(0, middle) + what + text.slice(middle);
      },
  ),
  fc.tuple(at, at).map(
    ([from, to]): Mutation =>
      (text) => {
        const [start, end] = [place(text, Math.min(from, to)), place(text, Math.max(from, to))];
        return text.slice(0, start) + text.slice(end);
      },
  ),
  fc.tuple(at, at).map(
    ([from, to]): Mutation =>
      (text) => {
        const [start, end] = [place(text, Math.min(from, to)), place(text, Math.max(from, to))];
        return text.slice(0, end) + text.slice(start, end) + text.slice(end);
      },
  ),
  fc.tuple(at, at).map(
    ([one, other]): Mutation =>
      (text) => {
        const lines = text.split('\n');
        const [first, second] = [Math.floor(one * lines.length), Math.floor(other * lines.length)];
        [lines[first], lines[second]] = [lines[second] ?? '', lines[first] ?? ''];
        return lines.join('\n');
      },
  ),
);

export const mutatedReport: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 8 }))
  .map(([seed, mutations]) => mutations.reduce((text, mutate) => mutate(text), seed));
