import { desc, eq, gt } from 'drizzle-orm';
import { completeLadder } from '../../lib/domain/ladder-policy.ts';
import { defaultPolicy, type Policy } from '../../lib/domain/policy.ts';
import type { Database } from '../client.ts';
import { people, policies } from '../schema.ts';

/** The policy in force: the newest version, completed by the defaults. */
export async function currentPolicy(database: Database): Promise<Policy> {
  const [row] = await database.select().from(policies).orderBy(desc(policies.version)).limit(1);
  return row === undefined ? defaultPolicy : completed(row);
}

/** The policy as it was in a version, or undefined where there is no such version. */
export async function policyAt(database: Database, version: number): Promise<Policy | undefined> {
  if (!Number.isSafeInteger(version) || version < 1 || version > MOST_VERSIONS) return undefined;
  const [row] = await database.select().from(policies).where(eq(policies.version, version));
  return row === undefined ? undefined : completed(row);
}

/** The column is an integer of four bytes. */
const MOST_VERSIONS = 2_147_483_647;

function completed(row: typeof policies.$inferSelect): Policy {
  const content = row.content as Partial<Policy>;
  return {
    ...defaultPolicy,
    ...content,
    drift: { ...defaultPolicy.drift, ...content.drift },
    abuse: completeLadder(content.abuse),
    retention: { ...defaultPolicy.retention, ...content.retention },
    version: row.version,
  };
}

/** A version of the policy, with who made it, when and why: for staff. */
export type PolicyVersion = {
  version: number;
  note: string;
  /** Null: the installation itself, or somebody who was erased. */
  by: string | null;
  createdAt: Date;
  policy: Policy;
};

/**
 * Versions of the policy, the newest first.
 * @param after only those above this version
 */
export async function policyVersions(
  database: Database,
  { limit, after }: { limit: number; after?: number },
): Promise<PolicyVersion[]> {
  const rows = await selectVersions(database)
    .where(after === undefined ? undefined : gt(policies.version, after))
    .orderBy(desc(policies.version))
    .limit(limit);
  return rows.map(versionOf);
}

/** One version, or undefined where there is none of this number. */
export async function policyVersion(database: Database, version: number): Promise<PolicyVersion | undefined> {
  const [row] = await selectVersions(database).where(eq(policies.version, version));
  return row === undefined ? undefined : versionOf(row);
}

function selectVersions(database: Database) {
  return database
    .select({ policy: policies, name: people.name, email: people.email })
    .from(policies)
    .leftJoin(people, eq(people.id, policies.createdBy));
}

function versionOf(row: {
  policy: typeof policies.$inferSelect;
  name: string | null;
  email: string | null;
}): PolicyVersion {
  const { policy, name, email } = row;
  return {
    version: policy.version,
    note: policy.note,
    by: name ?? email,
    createdAt: policy.createdAt,
    policy: completed(policy),
  };
}
