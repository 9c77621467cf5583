import type { ClientBase } from 'pg';
import type { EffectiveScope } from '../../lib/domain/entry-scope.ts';
import type { MailNeeds } from '../../lib/domain/smtp-decision.ts';

// What an SMTP node reads and writes. It has views, an inbox and a heartbeat, and nothing else: these statements are
// all that a login of role postern_node can do.

export type NodeEntryState =
  | 'in_force'
  | 'pending'
  | 'suspended'
  | 'lapsed'
  | 'cancelled'
  | 'removed_abuse'
  | 'ended';

/** The scope of an entry as the view gives it. */
export type NodeScope = EffectiveScope & {
  /** Of a live entry: its holder is asked whether it is still theirs, so a proof of control is taken from it. */
  takes_proof?: boolean;
  /** A person decides before it is taken out of force. */
  critical?: boolean;
};

export type NodeEntry = {
  entryId: string;
  serverId: string;
  network: string;
  state: NodeEntryState;
  /** JSON of a `NodeScope`: thousands of entries share one text, so it is parsed by whoever keeps it once. */
  scope: string;
  /** milliseconds since 1970, null for no end */
  expiresAt: number | null;
  proofGeneration: number;
  revision: number;
};

export type NodeServer = {
  serverId: string;
  slug: string;
  senderDomains: string[];
  state: 'in_force' | 'lapsed' | 'cancelled';
  /** `both`: a sign-in and a whitelisted address, together */
  mailNeeds: MailNeeds;
};

export type NodeCredential = {
  credentialId: string;
  serverId: string;
  username: string;
  passwordHash: string;
  state: 'usable' | 'lapsed' | 'cancelled' | 'ended';
};

/** Where the database stands, and how long ago the heartbeat was written, both seen in one moment. */
export type NodeClock = {
  generation: string;
  revision: number;
  heartbeatAgeMs: number;
  standby: boolean;
};

export type NodeDelta = {
  clock: NodeClock;
  entries: NodeEntry[];
  servers: NodeServer[];
  credentials: NodeCredential[];
};

export type NodeSnapshotReader = {
  servers: (rows: NodeServer[]) => void;
  credentials: (rows: NodeCredential[]) => void;
  /** Called for each few thousand entries, after all servers. */
  entries: (rows: NodeEntry[]) => void;
};

export type NodeReport = {
  id: string;
  kind: string;
  payload: unknown;
};

const FETCH_ROWS = 5000;

const clockColumns = `c.generation, c.revision,
  extract(epoch from clock_timestamp() - c.heartbeat_at) * 1000 as heartbeat_age_ms, pg_is_in_recovery() as standby`;

const entryColumns = `entry_id, server_id, network::text, state, scope::text, extract(epoch from expires_at) * 1000,
  proof_generation, revision`;

type ClockRow = { generation: string; revision: string; heartbeat_age_ms: string; standby: boolean };

function toClock(row: ClockRow): NodeClock {
  return {
    generation: row.generation,
    revision: Number(row.revision),
    heartbeatAgeMs: Number(row.heartbeat_age_ms),
    standby: row.standby,
  };
}

/** Which rows of each view are read. */
type Rows = { readonly entries: string; readonly servers: string; readonly credentials: string };

/** Ended ones are of no use to a node that never saw them live. */
const live: Rows = { entries: `state <> 'ended'`, servers: 'true', credentials: `state <> 'ended'` };

/** Reads everything a node holds, as of one moment. */
export async function readNodeSnapshot(client: ClientBase, reader: NodeSnapshotReader): Promise<NodeClock> {
  return readInBatches(client, live, reader);
}

/** One repeatable-read transaction is one snapshot, and a cursor keeps a million entries out of memory. */
async function readInBatches(
  client: ClientBase,
  wanted: Rows,
  reader: NodeSnapshotReader,
): Promise<NodeClock> {
  await client.query('begin transaction isolation level repeatable read read only');
  try {
    const { rows } = await client.query<ClockRow>(`select ${clockColumns} from node_clock c`);
    const [clock] = rows;
    if (clock === undefined) throw new Error('the database has no clock row: has it been migrated?');
    reader.servers(await readServers(client, wanted.servers));
    reader.credentials(await readCredentials(client, wanted.credentials));
    await client.query(
      `declare node_snapshot no scroll cursor for select ${entryColumns} from node_entries where ${wanted.entries}`,
    );
    // While one batch is taken in, the database makes the next.
    for (let coming = fetchEntries(client); ; ) {
      const { rows: fetched } = await coming;
      const last = fetched.length < FETCH_ROWS;
      if (!last) coming = fetchEntries(client);
      if (fetched.length > 0) reader.entries(fetched.map(toEntry));
      if (last) break;
    }
    await client.query('commit');
    return toClock(clock);
  } catch (error) {
    // The first error is the one to tell; a connection that is gone cannot roll back.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

function fetchEntries(client: ClientBase) {
  return client.query<(string | null)[]>({
    text: `fetch ${FETCH_ROWS} from node_snapshot`,
    rowMode: 'array',
  });
}

function toEntry(row: (string | number | null)[]): NodeEntry {
  const [entryId, serverId, network, state, scope, expiresAt, proofGeneration, revision] = row;
  return {
    entryId: String(entryId),
    serverId: String(serverId),
    network: String(network),
    state: state as NodeEntryState,
    scope: String(scope),
    expiresAt: expiresAt == null ? null : Number(expiresAt),
    proofGeneration: Number(proofGeneration),
    revision: Number(revision),
  };
}

async function readServers(client: ClientBase, where: string): Promise<NodeServer[]> {
  const { rows } = await client.query<NodeServer>(
    `select server_id as "serverId", slug, sender_domains as "senderDomains", state, mail_needs as "mailNeeds"
     from node_servers where ${where}`,
  );
  return rows;
}

async function readCredentials(client: ClientBase, where: string): Promise<NodeCredential[]> {
  const { rows } = await client.query<NodeCredential>(
    `select credential_id as "credentialId", server_id as "serverId", username, password_hash as "passwordHash", state
     from node_credentials where ${where}`,
  );
  return rows;
}

/**
 * What a connection that reads deltas is set to: the same statement, many times an hour, of which nearly every time a row
 * or none comes. A plan for each would take longer than the reading, compiled code many times as long.
 */
export async function prepareNodeReader(client: ClientBase): Promise<void> {
  await client.query('set plan_cache_mode = force_generic_plan');
  await client.query('set jit = off');
}

/**
 * For the connection on which ends are announced: it hears nothing while a statement of its own waits for a lock. So none
 * waits for long, whoever holds it.
 * @returns the database's time
 */
export async function prepareNodeListener(client: ClientBase): Promise<Date> {
  const { rows } = await client.query<{ now: string }>(
    `select set_config('lock_timeout', '500ms', false), extract(epoch from clock_timestamp()) * 1000 as now`,
  );
  await client.query('listen whitelist');
  await client.query('listen whitelist_ended');
  return new Date(Number(rows[0]?.now));
}

/**
 * Revisions after the one that is given. With an upper bound the planner takes it for a narrow range, and the index, where
 * it would take a third of all rows to come for "greater than something".
 */
const isSince = (column: string, since: string) => `${column} between ${since} + 1 and 9223372036854775807`;

type DeltaRow = ClockRow & {
  entries: (string | number | null)[][] | null;
  servers: NodeServer[] | null;
  credentials: NodeCredential[] | null;
};

/**
 * What has changed since a revision, with the revision that this brings the reader to. One statement is one snapshot,
 * so the clock and the rows agree. Where more has changed than comes in one fetch, it is read as everything is: a million
 * entries in one row would take longer than a node waits for an answer.
 */
export async function readNodeDelta(client: ClientBase, since: number): Promise<NodeDelta> {
  const { rows } = await client.query<DeltaRow>({
    name: 'node_delta',
    text: `select ${clockColumns},
      (select json_agg(json_build_array(e.entry_id, e.server_id, e.network::text, e.state, e.scope::text,
          extract(epoch from e.expires_at) * 1000, e.proof_generation, e.revision) order by e.revision)
        from (select * from node_entries where ${isSince('revision', '$1::bigint')} limit ${FETCH_ROWS}) e) as entries,
      (select json_agg(json_build_object('serverId', s.server_id, 'slug', s.slug,
          'senderDomains', s.sender_domains, 'state', s.state, 'mailNeeds', s.mail_needs))
        from node_servers s where ${isSince('s.revision', '$1::bigint')}) as servers,
      (select json_agg(json_build_object('credentialId', k.credential_id, 'serverId', k.server_id,
          'username', k.username, 'passwordHash', k.password_hash, 'state', k.state))
        from node_credentials k where ${isSince('k.revision', '$1::bigint')}) as credentials
      from node_clock c`,
    values: [since],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the database has no clock row: has it been migrated?');
  const entries = row.entries ?? [];
  if (entries.length === FETCH_ROWS) return readLargeDelta(client, since);
  return {
    clock: toClock(row),
    entries: entries.map(toEntry),
    servers: row.servers ?? [],
    credentials: row.credentials ?? [],
  };
}

async function readLargeDelta(client: ClientBase, since: number): Promise<NodeDelta> {
  const later = isSince('revision', `${since}::bigint`);
  const read = {
    entries: [] as NodeEntry[],
    servers: [] as NodeServer[],
    credentials: [] as NodeCredential[],
  };
  const clock = await readInBatches(
    client,
    { entries: later, servers: later, credentials: later },
    {
      servers: (servers) => Object.assign(read, { servers }),
      credentials: (credentials) => Object.assign(read, { credentials }),
      entries: (entries) => {
        for (const entry of entries) read.entries.push(entry);
      },
    },
  );
  // By revision, as in one statement: of two that follow one another in a place the later one stays.
  read.entries.sort((one, other) => one.revision - other.revision);
  return { clock, ...read };
}

/** The primary's revision alone: how far a streaming replica has to come. */
export async function readNodeRevision(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ revision: string }>('select revision from node_clock');
  return Number(rows[0]?.revision ?? 0);
}

/**
 * Puts reports into the inbox; when this returns they are committed. One that is there already stays as it is: whoever
 * has not heard that it was taken may write it again.
 */
export async function insertNodeReports(
  client: ClientBase,
  node: string,
  reports: readonly NodeReport[],
): Promise<void> {
  await client.query({
    name: 'node_reports',
    text: `insert into node_reports (id, node, kind, payload)
      select r.id, $1, r.kind, r.payload from jsonb_to_recordset($2::jsonb) as r(id uuid, kind text, payload jsonb)
      on conflict do nothing`,
    values: [node, JSON.stringify(reports)],
  });
}

/** Ids of entries that staff have let in again since the database was restored. */
export async function readConfirmations(client: ClientBase, generation: string): Promise<string[]> {
  const { rows } = await client.query<{ entry_id: string }>(
    'select entry_id from node_confirmations where generation = $1',
    [generation],
  );
  return rows.map((row) => row.entry_id);
}

/** Messages of an entry within the last hour. */
export type CountedRate = { entryId: string; sent: number };

/**
 * Tells what this node has counted of entries that send much, and hears what all other nodes have. Only a primary can.
 * @returns how many nodes there are, this one among them
 */
export async function exchangeNodeRates(
  client: ClientBase,
  node: string,
  counted: readonly CountedRate[],
): Promise<{ nodes: number; others: CountedRate[] }> {
  const { rows } = await client.query<{ entry_id: string | null; others: number; nodes: number }>({
    name: 'node_exchange_rates',
    text: 'select entry_id, others, nodes from node_exchange_rates($1, $2)',
    values: [node, JSON.stringify(counted.map(({ entryId, sent }) => ({ entry: entryId, sent })))],
  });
  const others = rows.flatMap(({ entry_id: entryId, others: sent }) =>
    entryId === null ? [] : [{ entryId, sent }],
  );
  return { nodes: rows[0]?.nodes ?? 1, others };
}

/** This node stops: the others need not leave anything of what is left to it. */
export async function leaveNodeRates(client: ClientBase, node: string): Promise<void> {
  await client.query('select from node_exchange_rates($1, null)', [node]);
}

/** Writes the heartbeat that every copy's age is counted from. Only a primary can. */
export async function writeNodeHeartbeat(client: ClientBase): Promise<void> {
  await client.query('select node_heartbeat()');
}

/** The ladder of the policy in force as it was written, null where the policy says nothing of it. */
export async function readNodePolicy(client: ClientBase): Promise<unknown> {
  const { rows } = await client.query<{ abuse: unknown }>('select abuse from node_policy');
  return rows[0]?.abuse ?? null;
}
