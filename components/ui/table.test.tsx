import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { EmptyWords } from './empty-state.tsx';
import { Table } from './table.tsx';

const columns = [
  { key: 'address', heading: 'Address' },
  { key: 'status', heading: 'Status' },
] as const;
const empty = <EmptyWords title="No addresses yet" />;

test('without rows a table keeps its headings and says below them that it is empty', () => {
  const html = renderToStaticMarkup(<Table caption="Entries" columns={columns} rows={[]} empty={empty} />);
  expect(html.match(/<th /g)).toHaveLength(2);
  expect(html).toMatch(/<td colSpan="2"[^>]*>.*No addresses yet/);
});

test('with rows it does not', () => {
  const rows = [{ key: 'one', cells: { address: '45.1.1.1', status: 'In force' } }];
  const html = renderToStaticMarkup(<Table caption="Entries" columns={columns} rows={rows} empty={empty} />);
  expect(html).toContain('45.1.1.1');
  expect(html).not.toContain('No addresses yet');
});
