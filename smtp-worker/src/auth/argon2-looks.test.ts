import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { newArgon2Looks } from './argon2-looks.ts';

const costOf = (hash: string) => hash.split('$').slice(0, 4).join('$');

test('for nobody it costs what the last look has cost, the usual where that cannot be read', async () => {
  const looks = newArgon2Looks();
  expect(costOf(await looks.decoy())).toBe('$argon2id$v=19$m=19456,t=2,p=1');
  for (const [memoryCost, timeCost, parallelism] of [
    [64, 1, 1],
    [128, 1, 1],
    [128, 3, 1],
    [128, 3, 2],
  ] as const) {
    const made = await hash('right', { memoryCost, timeCost, parallelism });
    expect(await looks.verify(made, 'right')).toBe(true);
    expect(costOf(await looks.decoy())).toBe(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}`);
  }
  expect(await looks.verify('$argon2id$broken', 'right')).toBe(false);
  expect(costOf(await looks.decoy())).toBe('$argon2id$v=19$m=19456,t=2,p=1');
});

test('is made once for each cost, or nobody would cost twice as much as somebody', async () => {
  const looks = newArgon2Looks();
  const fast = { memoryCost: 64, timeCost: 1, parallelism: 1 };
  await looks.verify(await hash('right', fast), 'right');
  const first = await looks.decoy();
  await looks.verify(await hash('another', fast), 'wrong');
  await looks.verifyForNobody('right');
  expect(await looks.decoy()).toBe(first);
});
