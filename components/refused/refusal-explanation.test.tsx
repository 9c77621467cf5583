import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { RefusalExplanation } from './refusal-explanation.tsx';

test('whoever reads a refusal without signing in is told in which zone its time is', () => {
  const at = Date.parse('2026-11-23T11:58:00Z');
  const html = renderToStaticMarkup(
    <RefusalExplanation
      clock={{ now: at + 60_000, timeZone: 'UTC' }}
      supportAddress="support@platform.example"
      refusal={{ reference: 'PX-1', code: 'not_whitelisted', address: '45.80.3.17', at, node: null }}
    />,
  );
  expect(html).toContain('>23 Nov 2026, 11:58 UTC<');
});
