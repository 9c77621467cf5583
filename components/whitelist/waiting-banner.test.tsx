import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { WaitingBanner, type WaitingView } from './waiting-banner.tsx';

const shown = (item: WaitingView) => renderToStaticMarkup(<WaitingBanner items={[item]} />);
const base = { id: '1', name: 'Copiers', date: '5 Dec 2026', href: '/there' };

test('what is overdue is out of force, and can be renewed until a day', () => {
  expect(shown({ ...base, kind: 'renew', overdue: false })).toContain('before 5 Dec 2026');
  const late = shown({ ...base, kind: 'renew', overdue: true });
  expect(late).toContain('Copiers is out of force');
  expect(late).toContain('After 5 Dec 2026 it has to be asked for anew');
  const many = { kind: 'renew_many', id: '1', count: 3, more: false, href: '/there' } as const;
  expect(shown({ ...many, overdue: 2 })).toContain('2 of them are out of force already');
  expect(shown({ ...many, overdue: 0 })).not.toContain('out of force');
  expect(shown({ ...many, overdue: 0 })).toContain('3 addresses are due');
  expect(shown({ ...many, more: true, overdue: 0 })).toContain('3 addresses and more are due');
});

test('a missing record of a sender domain waits for its owner', () => {
  const html = shown({ ...base, name: 'acme.example', kind: 'domain' });
  expect(html).toContain('The record of acme.example is missing');
  expect(html).toContain('Publish it again by 5 Dec 2026');
});

test('a question of ownership whose time is over no longer names the day', () => {
  const asked = { ...base, kind: 'ownership' } as const;
  expect(shown({ ...asked, over: false })).toContain('by 5 Dec 2026');
  const over = shown({ ...asked, over: true });
  expect(over).toContain('The time for an answer is over');
  expect(over).not.toContain('5 Dec');
});

test('what is lost first stands first, and the rest is told where it is', () => {
  const proof = {
    kind: 'proof',
    name: 'Plotter',
    network: '45.80.12.9',
    proofAddress: '1@proof',
    href: '/there',
  } as const;
  const html = renderToStaticMarkup(
    <WaitingBanner
      items={[
        { ...proof, id: '1' },
        { ...proof, id: '2' },
        { ...proof, id: '3' },
        { ...proof, id: '4' },
        { ...base, id: '5', kind: 'renew', overdue: true },
      ]}
    />,
  );
  expect(html.indexOf('Copiers is out of force')).toBeGreaterThan(0);
  expect(html.indexOf('Copiers is out of force')).toBeLessThan(html.indexOf('Plotter'));
  expect(html).toContain('2 more in the list below wait for you');
});

test('of a sender domain nobody reads that it is in the list of addresses', () => {
  const domains = ['1', '2', '3', '4'].map((id) => ({ ...base, id, kind: 'domain' }) as const);
  const html = renderToStaticMarkup(<WaitingBanner items={domains} />);
  expect(html).toContain('1 more waits for you');
});
