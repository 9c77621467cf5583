import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { databaseUrl, runOnCluster } from './testing-cluster.ts';

const TEMPLATE = 'template_postern';

/** Vitest's global set-up: one PostgreSQL for the whole run, with a migrated database that each test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'postern-test-'));
  // Root's PostgreSQL runs as somebody else, who must get in.
  await chmod(dataDir, 0o711);
  const outcome = await startEmbedded({ dataDir, durable: false });
  if (!outcome.ok) throw new Error(outcome.message);
  const { database } = outcome;
  const tearDown = async () => {
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await prepare(project, database.url);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

async function prepare(project: TestProject, url: string): Promise<void> {
  const clusterUrl = databaseUrl(url, 'postgres');
  await runOnCluster(clusterUrl, (client) => client.query(`create database ${TEMPLATE}`));
  await migrate(databaseUrl(clusterUrl, TEMPLATE));
  project.provide('testClusterUrl', clusterUrl);
  project.provide('testTemplate', TEMPLATE);
}
