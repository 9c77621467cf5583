import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { EmailAddress } from './email-address.tsx';

test('it is copied as it is, and may be broken after the @ and after dots', () => {
  const html = renderToStaticMarkup(<EmailAddress>jo.reyes@mail.acme.example</EmailAddress>);
  expect(html).toContain('jo.<wbr/>reyes@<wbr/>mail.<wbr/>acme.<wbr/>example');
  expect(html.replaceAll(/<[^>]*>/g, '')).toBe('jo.reyes@mail.acme.example');
});
