import type pg from 'pg';

// What operations write in the product, for tests of the node alone: the node sees only the views, whoever writes.

export type TestServer = { accountId: string; serverId: string; slug: string };

export async function insertServer(
  pool: pg.Pool,
  slug: string,
  domains: readonly string[] = ['acme.example'],
): Promise<TestServer> {
  const accountId = await insert(pool, 'insert into accounts (slug, name) values ($1, $1) returning id', [
    slug,
  ]);
  const serverId = await insert(
    pool,
    'insert into servers (account_id, slug, name) values ($1, $2, $2) returning id',
    [accountId, slug],
  );
  await pool.query(
    `insert into subscriptions (server_id, plan_id, status, paid_until) values ($1, 'paid', 'active', now() + interval '1 year')`,
    [serverId],
  );
  for (const domain of domains) {
    await pool.query(`insert into sender_domains (server_id, domain, source) values ($1, $2, 'feed')`, [
      serverId,
      domain,
    ]);
  }
  return { accountId, serverId, slug };
}

export type TestEntry = {
  status?: string;
  tls?: string;
  mode?: string;
  sandboxUntil?: string | null;
  messagesPerHour?: number | null;
  recipientsPerMessage?: number;
  messageBytes?: number;
  recipientDomains?: string[] | null;
};

export async function insertEntry(
  pool: pg.Pool,
  { accountId, serverId }: TestServer,
  network: string,
  entry: TestEntry = {},
): Promise<string> {
  return insert(
    pool,
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, tls, mode,
       sandbox_until, messages_per_hour, recipients_per_message, message_bytes, recipient_domains, activated_at)
     values ($1, $2, $3, $4, 'a device', true, true, $5, $6, $7, $8, $9, $10, $11,
       case when $4 = 'active' then now() end) returning id`,
    [
      accountId,
      serverId,
      network,
      entry.status ?? 'active',
      entry.tls ?? 'offered',
      entry.mode ?? 'enforce',
      entry.sandboxUntil ?? null,
      entry.messagesPerHour ?? null,
      entry.recipientsPerMessage ?? 100,
      entry.messageBytes ?? 1_000_000,
      entry.recipientDomains ?? null,
    ],
  );
}

export async function removeEntry(pool: pg.Pool, entryId: string, cause = 'staff'): Promise<void> {
  await pool.query(
    `update entries set status = 'removed', suspension_causes = '{}', end_cause = $2, ended_at = now() where id = $1`,
    [entryId, cause],
  );
}

export async function suspendEntry(pool: pg.Pool, entryId: string): Promise<void> {
  await pool.query(`update entries set status = 'suspended', suspension_causes = '{staff}' where id = $1`, [
    entryId,
  ]);
}

export async function insertCredential(
  pool: pg.Pool,
  { serverId }: TestServer,
  username: string,
  passwordHash: string,
): Promise<string> {
  return insert(
    pool,
    'insert into smtp_credentials (server_id, username, password_hash) values ($1, $2, $3) returning id',
    [serverId, username, passwordHash],
  );
}

async function insert(pool: pg.Pool, text: string, values: unknown[]): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(text, values);
  const [row] = rows;
  if (row === undefined) throw new Error('the insert returned no row');
  return row.id;
}
