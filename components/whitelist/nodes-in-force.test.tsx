import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime.js';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { NodesInForce } from './nodes-in-force.tsx';

const nodes = {
  nodes: [
    { name: 'fra-1', enforced: true },
    { name: 'fra-2', enforced: false },
  ],
  slowestMs: null,
};

test('what nodes hold back since a restore: on how many it is in force, and to support what to do', () => {
  const shown = (audience: 'owner' | 'support') =>
    renderToStaticMarkup(
      // It asks for a fresh page while a node is behind.
      <AppRouterContext.Provider value={{} as never}>
        <NodesInForce status={{ key: 'held_back' }} nodes={nodes} audience={audience} />
      </AppRouterContext.Provider>,
    );
  expect(shown('support')).toMatch(/Held back.*on 1 of 2 nodes.*restore confirm/);
  expect(shown('owner')).toMatch(/Held back.*on 1 of 2 nodes/);
  expect(shown('owner')).not.toContain('npm run');
});
