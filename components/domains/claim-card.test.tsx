import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ClaimCard, type ClaimView } from './claim-card.tsx';

const at = Date.parse('2026-11-20T12:00:00Z');
const claim: ClaimView = {
  domain: 'scans.acme.example',
  recordName: '_postern-challenge.scans.acme.example',
  recordValue: 'postern-verification=abc',
  checkedAt: at,
  outcome: 'no_record',
};
const act = async () => ({ status: 'idle' as const });
const card = (more: Partial<ClaimView>, giveUp: typeof act | null) =>
  renderToStaticMarkup(
    <ClaimCard
      claim={{ ...claim, ...more }}
      server="acme-production"
      check={act}
      giveUp={giveUp}
      disabledReason={null}
      clock={{ now: at, timeZone: 'UTC' }}
    />,
  );

test('a claimed domain waits, and may be given up', () => {
  const html = card({}, act);
  expect(html).toContain('scans.acme.example waits for its record');
  expect(html).toContain('Give up');
});

test('a verified one whose record is missing says until when it holds, and what to publish', () => {
  const html = card({ until: Date.parse('2026-12-20T12:00:00Z') }, null);
  expect(html).toContain('The record of scans.acme.example is missing');
  expect(html).toContain('20 Dec');
  expect(html).toContain('postern-verification=abc');
  expect(html).toContain('Check now');
  expect(html).not.toContain('Give up');
});
