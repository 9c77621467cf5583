import { desc, eq, inArray } from 'drizzle-orm';
import type { Evaluation } from '../../lib/domain/evaluation.ts';
import type { EvidenceOutcome, EvidenceSource } from '../../lib/domain/evidence.ts';
import type { Database } from '../client.ts';
import { decisions, evidence, people } from '../schema.ts';

/** What one source said, with its answer as it came: for staff. */
export type SourceAnswer = {
  id: string;
  source: EvidenceSource;
  outcome: EvidenceOutcome;
  facts: unknown;
  /** Null: it came without one, or is no longer kept. */
  raw: unknown;
  at: Date;
};

/** A decision with the policy's version and the evidence that it was made under, as they were: for staff. */
export type FrozenDecision = {
  id: string;
  kind: 'approve' | 'reject';
  /** Null: the system itself, or somebody who was erased. */
  by: string | null;
  reason: string;
  overrides: string[];
  policyVersion: number;
  at: Date;
  evaluations: Evaluation[];
  answers: SourceAnswer[];
};

/** Every decision about an entry, the newest first. */
export async function listDecisions(database: Database, entryId: string): Promise<FrozenDecision[]> {
  const rows = await database
    .select({ decision: decisions, name: people.name, email: people.email })
    .from(decisions)
    .leftJoin(people, eq(people.id, decisions.personId))
    .where(eq(decisions.entryId, entryId))
    .orderBy(desc(decisions.createdAt));
  const ids = [...new Set(rows.flatMap(({ decision }) => decision.evidenceIds))];
  const answers = ids.length === 0 ? [] : await answersWhere(database, inArray(evidence.id, ids));
  return rows.map(({ decision, name, email }) => ({
    id: decision.id,
    kind: decision.kind,
    by: name ?? email,
    reason: decision.reason,
    overrides: decision.overrides,
    policyVersion: decision.policyVersion,
    at: decision.createdAt,
    evaluations: thawed(decision.requirements),
    answers: answers.filter((answer) => decision.evidenceIds.includes(answer.id)),
  }));
}

/** The newest answer of each source about an entry. */
export async function newestAnswers(database: Database, entryId: string): Promise<SourceAnswer[]> {
  return database
    .selectDistinctOn([evidence.source], answerColumns)
    .from(evidence)
    .where(eq(evidence.entryId, entryId))
    .orderBy(evidence.source, desc(evidence.gatheredAt));
}

const answerColumns = {
  id: evidence.id,
  source: evidence.source,
  outcome: evidence.outcome,
  facts: evidence.facts,
  raw: evidence.raw,
  at: evidence.gatheredAt,
};

function answersWhere(database: Database, condition: ReturnType<typeof inArray>): Promise<SourceAnswer[]> {
  return database.select(answerColumns).from(evidence).where(condition).orderBy(evidence.source);
}

/** Frozen as JSON: its times are texts. */
function thawed(requirements: unknown): Evaluation[] {
  if (!Array.isArray(requirements)) return [];
  return (requirements as (Evaluation & { at: string | null })[]).map((each) => ({
    ...each,
    at: each.at === null ? null : new Date(each.at),
  }));
}
