import { expect, test } from 'vitest';
import { disagreeingNodes, type NodeHoldings } from './node-agreement.ts';

const node = (name: string, changes: Partial<NodeHoldings> = {}): NodeHoldings => ({
  name,
  generation: 'g',
  revision: 5,
  entries: 10,
  hash: 'aa',
  ...changes,
});

test.each<[string, NodeHoldings[], string[]]>([
  ['nobody', [], []],
  ['all the same', [node('a'), node('b')], []],
  [
    'one of another hash: both, nobody knows who is right',
    [node('a'), node('b', { hash: 'bb' })],
    ['a', 'b'],
  ],
  ['one of another count', [node('a'), node('b', { entries: 9 }), node('c')], ['a', 'b', 'c']],
  ['behind', [node('a'), node('b', { hash: 'bb', revision: 4 })], []],
  ['of another database', [node('a'), node('b', { hash: 'bb', generation: 'h' })], []],
  ['has said nothing yet', [node('a'), node('b', { hash: null }), node('c', { revision: null })], []],
])('%s', (_, nodes, expected) => {
  expect(disagreeingNodes(nodes).map(({ name }) => name)).toEqual(expected);
});
