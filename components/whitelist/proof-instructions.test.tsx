import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ProofInstructions, type ProofView } from './proof-instructions.tsx';

const now = Date.parse('2026-11-23T12:00:00Z');
const range: ProofView = {
  network: '45.80.3.24/30',
  proofAddress: '1234567890@proof.example',
  proofUrl: 'https://portal.example/api/proof/1234567890',
  dns: { name: null, value: '1234567890' },
  senderDomains: ['acme.example'],
  smtpHost: 'smtp.example',
  smtpPorts: [587],
  username: null,
  needed: 2,
  seen: 0,
  askedAt: now,
};
const shown = (proof: Partial<ProofView>) =>
  renderToStaticMarkup(<ProofInstructions proof={{ ...range, ...proof }} clock={{ now, timeZone: 'UTC' }} />);

test('where one of two addresses is proven, nobody reads that nothing has come', () => {
  expect(shown({})).toContain('Nothing has come yet.');
  const half = shown({ seen: 1 });
  expect(half).toContain('One address is proven, one more is needed.');
  expect(half).not.toContain('Nothing has come yet.');
  expect(shown({ seen: 1, discounted: true })).not.toContain('does not count.');
});
