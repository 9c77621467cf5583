import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFeedbackReport } from './arf.ts';
import { mutatedReport } from './testing-mutations.ts';
import { reportMessage } from './testing-reports.ts';

// Long enough for a machine that is busy with something else.
test('10,000 mutated reports crash nothing, and what is no report names no address', {
  timeout: 180_000,
}, () => {
  fc.assert(
    fc.property(mutatedReport, (text) => {
      const report = parseFeedbackReport(text);
      if (report.problems.includes('not_a_report')) {
        expect(report).toMatchObject({ feedbackType: null, source: { state: 'missing' } });
      }
      expect(JSON.stringify(report).isWellFormed()).toBe(true);
      expect(JSON.stringify(report)).not.toContain('\\u0000');
      expect(parseFeedbackReport(Uint8Array.from(text, (one) => one.charCodeAt(0) & 0xff))).toBeDefined();
    }),
    { numRuns: 10_000, seed: 5965 },
  );
});

test.each([
  ['open comments', `Content-Type: ${'('.repeat(100_000)}`],
  ['open quotes', `Content-Type: multipart/report; boundary="${'\\"'.repeat(100_000)}`],
  ['empty fields', ':\n'.repeat(100_000)],
  ['folded lines', `Subject: x\n${' y\n'.repeat(200_000)}`],
  ['delimiters', `Content-Type: multipart/report; boundary=a\n\n${'--a\n\n'.repeat(100_000)}`],
  ['parts within parts', 'Content-Type: multipart/mixed; boundary=a\n\n--a\n'.repeat(5_000)],
  ['encoded words', reportMessage({ original: [`Subject: ${'=?a?q?'.repeat(50_000)}`, '', ''] })],
  ['parameters', `Content-Type: a/b${';a=b'.repeat(100_000)}`],
])('what is long is read in one pass: %s', (_name, text) => {
  expect(parseFeedbackReport(text)).toBeDefined();
});
