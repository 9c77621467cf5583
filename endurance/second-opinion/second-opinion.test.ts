import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireProgram } from '../../bin/find-program.ts';
import { askServer } from './ask.ts';
import { askEngine } from './ask-engine.ts';
import { describeDifferences } from './describe-differences.ts';
import { agree, type Difference, differences, explain, type Peer } from './differences.ts';
import { startPostfix } from './peer-postfix.ts';
import { type PeerServer, startSmtpServer } from './peer-smtp-server.ts';
import { madeProbes, type Probe, writtenProbes } from './probes.ts';

// The same things are said to the session engine and to others. Each difference is meant and written down.

const made = madeProbes(160, 1);
const atOnce = 12;

/** Only root can start Postfix. */
const mayStartPostfix = process.getuid?.() === 0;

let smtpServer: PeerServer;
let postfix: PeerServer | null = null;
beforeAll(async () => {
  smtpServer = await startSmtpServer();
  if (mayStartPostfix) postfix = await startPostfix(await requireProgram('postfix'));
}, 180_000);
afterAll(async () => {
  await smtpServer?.close();
  await postfix?.close();
});

type Compared = { unexplained: string[]; seen: Set<Difference> };

async function compare(probes: readonly Probe[], peer: Peer, { port }: PeerServer): Promise<Compared> {
  const compared: Compared = { unexplained: [], seen: new Set() };
  let next = 0;
  const work = async () => {
    for (let probe = probes[next++]; probe !== undefined; probe = probes[next++]) {
      const ours = askEngine(probe);
      const theirs = await askServer(port, probe);
      if (agree(ours, theirs)) continue;
      const difference = explain(probe, ours, theirs, peer);
      if (difference !== null) compared.seen.add(difference);
      else {
        const { state, octets } = probe;
        compared.unexplained.push(
          `${state} ${JSON.stringify(octets)}: ${ours.join(' ')}, not ${theirs.join(' ')}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return compared;
}

describe('npm smtp-server', () => {
  test('differs where it is written down, and only there', async () => {
    const { unexplained, seen } = await compare(writtenProbes, 'smtp-server', smtpServer);
    expect(unexplained).toEqual([]);
    const expected = differences.filter(({ who }) => who.includes('smtp-server')).map(({ what }) => what);
    expect([...seen].map(({ what }) => what).sort()).toEqual(expected.sort());
  }, 180_000);

  test('also in what a grammar makes', async () => {
    expect((await compare(made, 'smtp-server', smtpServer)).unexplained).toEqual([]);
  }, 180_000);
});

describe.runIf(mayStartPostfix)('Postfix', () => {
  // Another version may have come nearer to us; that is no fault of ours.
  test.each([
    ['what is written', writtenProbes],
    ['what a grammar makes', made],
  ])(
    'differs only where it is written down: %s',
    async (_, probes) => {
      expect(postfix).not.toBeNull();
      if (postfix !== null) expect((await compare(probes, 'Postfix', postfix)).unexplained).toEqual([]);
    },
    120_000,
  );
});

test('the documentation says what the table says', async () => {
  await expect(describeDifferences()).toMatchFileSnapshot('../../docs/smtp-differences.md');
});
