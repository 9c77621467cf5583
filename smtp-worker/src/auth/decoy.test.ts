import { expect, test } from 'vitest';
import { newDecoy } from './decoy.ts';

const costOf = (hash: string) => hash.split('$').slice(0, 4).join('$');

test('costs what the last hash cost that was looked at, the usual where that cannot be read', async () => {
  const decoy = newDecoy();
  expect(costOf(await decoy.hash())).toBe('$argon2id$v=19$m=19456,t=2,p=1');
  for (const cost of ['m=64,t=1,p=1', 'm=128,t=1,p=1', 'm=128,t=3,p=1', 'm=128,t=3,p=2']) {
    decoy.costLike(`$argon2id$v=19$${cost}$c29tZXNhbHQ$aGFzaA`);
    expect(costOf(await decoy.hash())).toBe(`$argon2id$v=19$${cost}`);
  }
  decoy.costLike('$argon2id$broken');
  expect(costOf(await decoy.hash())).toBe('$argon2id$v=19$m=19456,t=2,p=1');
});

test('is made once for each cost, or an unknown name would cost twice as much as another', async () => {
  const decoy = newDecoy();
  decoy.costLike('$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$aGFzaA');
  const first = await decoy.hash();
  decoy.costLike('$argon2id$v=19$m=64,t=1,p=1$b3RoZXJzYWx0$b3RoZXI');
  expect(await decoy.hash()).toBe(first);
});
