import { createHash } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { type ChainedEvent, type ChainHead, chainHeads, nextChainedEvents } from '../../db/queries/audit.ts';
import { eventText } from '../domain/event-chain.ts';

const BATCH = 2000;

export type AuditFault =
  /** An event that must be there is not: deleted, or cut off with the rest of its chain. */
  | 'missing'
  /** An event is not what was written there: edited, inserted, or in another place. */
  | 'altered'
  /** The private part of an event is not what was committed to. */
  | 'private_altered'
  /** The chain goes on behind the head that was noted for it, or none was noted. */
  | 'beyond_head'
  /** No event has the hash that was kept outside the database. */
  | 'anchor_missing';

export type BrokenEvent = { fault: AuditFault; chain: string | null; seq: number | null; id: string | null };

export type AuditReport = {
  events: number;
  /** The head of each chain that is whole: what to keep outside the database. */
  heads: { chain: string; seq: number; hash: string }[];
  /** The first broken event of each chain that is not; empty: nothing is broken. */
  broken: BrokenEvent[];
};

type Chain = { name: string; seq: number; hash: Buffer; broken: BrokenEvent | null };

/**
 * Makes every hash of every chain anew and holds it against what stands there. Whoever can write to the database can
 * make all hashes fit again after a change: that is seen only against an anchor, a hash that was kept elsewhere.
 * @param anchors hashes of earlier heads, 64 hex digits each
 */
export async function verifyAudit(options: {
  database: Database;
  anchors: readonly string[];
}): Promise<AuditReport> {
  const wanted = new Set(options.anchors.map((anchor) => anchor.toLowerCase()));
  // One snapshot: what is written meanwhile belongs to the next time.
  return options.database.transaction((transaction) => verify(transaction, wanted), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
}

async function verify(transaction: Database, wanted: Set<string>): Promise<AuditReport> {
  const chains = new Map<string, Chain>();
  let events = 0;
  let last = { chain: '', seq: 0 };
  for (;;) {
    const batch = await nextChainedEvents(transaction, last, BATCH);
    for (const event of batch) {
      const chain = chains.get(event.chain) ?? beginning(event.chain);
      chains.set(event.chain, chain);
      follow(chain, event);
      if (chain.broken === null) wanted.delete(chain.hash.toString('hex'));
    }
    events += batch.length;
    const end = batch.at(-1);
    if (end === undefined) break;
    last = { chain: end.chain, seq: end.seq };
  }
  compareHeads(chains, await chainHeads(transaction));
  const all = [...chains.values()];
  return {
    events,
    heads: all
      .filter((chain) => chain.broken === null)
      .map(({ name, seq, hash }) => ({ chain: name, seq, hash: hash.toString('hex') })),
    broken: [
      ...all.flatMap((chain) => chain.broken ?? []),
      ...[...wanted].map(() => ({ fault: 'anchor_missing' as const, chain: null, seq: null, id: null })),
    ],
  };
}

/** A chain begins with the hash of its own name. */
function beginning(name: string): Chain {
  return { name, seq: 0, hash: createHash('sha256').update(name).digest(), broken: null };
}

function follow(chain: Chain, event: ChainedEvent): void {
  if (chain.broken !== null) return;
  const next = chain.seq + 1;
  if (event.seq !== next) {
    chain.broken = { fault: 'missing', chain: chain.name, seq: next, id: null };
    return;
  }
  const hash = createHash('sha256').update(chain.hash).update(textOf(event)).digest();
  const at = { chain: chain.name, seq: event.seq, id: event.id };
  if (!hash.equals(event.hash)) chain.broken = { fault: 'altered', ...at };
  else if (!privatePartFits(event)) chain.broken = { fault: 'private_altered', ...at };
  chain.seq = event.seq;
  chain.hash = hash;
}

function textOf(event: ChainedEvent): string {
  return eventText([
    event.chain,
    String(event.seq),
    event.id,
    event.atMicroseconds,
    event.kind,
    event.accountId,
    event.entryId,
    event.serverId,
    event.actorKind,
    event.actorId,
    event.content,
    event.commitment?.toString('hex') ?? null,
  ]);
}

/** What was erased fits: the commitment stays, what it was to is gone. */
function privatePartFits({ commitment, salt, privateContent }: ChainedEvent): boolean {
  if (salt === null || privateContent === null) return true;
  if (commitment === null) return false;
  return createHash('sha256').update(salt).update(privateContent).digest().equals(commitment);
}

/** The head tells how far a chain went: without it, a tail that was cut off would not be missed. */
function compareHeads(chains: Map<string, Chain>, heads: readonly ChainHead[]): void {
  const known = new Set(heads.map((head) => head.chain));
  for (const head of heads) {
    const chain = chains.get(head.chain) ?? beginning(head.chain);
    chains.set(head.chain, chain);
    if (chain.broken !== null) continue;
    if (head.seq > chain.seq) {
      chain.broken = { fault: 'missing', chain: chain.name, seq: chain.seq + 1, id: null };
    } else if (head.seq < chain.seq || !head.hash.equals(chain.hash)) {
      chain.broken = { fault: 'beyond_head', chain: chain.name, seq: head.seq + 1, id: null };
    }
  }
  for (const chain of chains.values()) {
    if (chain.broken === null && !known.has(chain.name)) {
      chain.broken = { fault: 'beyond_head', chain: chain.name, seq: 1, id: null };
    }
  }
}
