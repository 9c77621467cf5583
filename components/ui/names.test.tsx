import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Names } from './names.tsx';

const named = (count: number) => Array.from({ length: count }, (_, index) => `d${index + 1}`);
const html = (count: number) =>
  renderToStaticMarkup(<Names list={named(count)} more={(rest) => `and ${rest} more`} />);

test.each([0, 1, 11])('%i names stand in a row', (count) => {
  expect(html(count)).toContain(`>${named(count).join(', ')}<`);
  expect(html(count)).not.toContain('<details');
});

test('of many the first are shown, and the rest unfolds', () => {
  expect(html(120)).toMatch(/d9, d10<details><summary[^>]*>and 110 more<\/summary>d11, .*, d120<\/details>/);
});
