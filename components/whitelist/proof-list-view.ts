import type { Proof } from '../../lib/domain/evaluation.ts';
import type { PtrFacts } from '../../lib/domain/evidence.ts';
import type { ProofKind } from '../../lib/domain/policy.ts';
import { proofs as words } from '../../lib/web/messages/proofs.ts';

export type ProofRow = {
  method: ProofKind;
  address: string;
  /** In milliseconds. */
  at: number;
  counts: boolean;
  /** What was seen besides, where this way of proving shows it. */
  seen: { term: string; value: string; note: string | null }[];
};

/** Each proof with what was seen, the newest first. Names are those that reverse DNS gave for the address. */
export function proofRows(proofs: readonly Proof[], ptr: PtrFacts | null | undefined): ProofRow[] {
  return proofs.toReversed().map((proof) => ({
    method: proof.method,
    address: proof.address,
    at: proof.seenAt.getTime(),
    counts: proof.withdrawnAt === null,
    seen: [...overSmtp(proof), nameOf(proof.address, ptr)],
  }));
}

/** A page and a record show neither a name that the device gives itself nor how the line is sealed. */
function overSmtp({ method, ehlo, tls }: Proof): ProofRow['seen'] {
  if (method !== 'sending' && method !== 'sign_in') return [];
  return [
    { term: words.ehlo, value: ehlo ?? words.noEhlo, note: null },
    { term: words.tls, value: tls ?? words.noTls, note: null },
  ];
}

function nameOf(address: string, ptr: PtrFacts | null | undefined): ProofRow['seen'][number] {
  const found = ptr?.addresses.find((one) => one.address === address);
  const [first] = found?.names ?? [];
  const notes = { yes: words.leadsBack, no: words.leadsElsewhere, unknown: words.leadsUnknown };
  if (first !== undefined) return { term: words.name, value: first.name, note: notes[first.confirmed] };
  const value = found?.outcome === 'none' ? words.noName : words.nameUnknown;
  return { term: words.name, value, note: null };
}
