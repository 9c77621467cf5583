import { type APIRequestContext, type Browser, type Page, request } from '@playwright/test';
import pg from 'pg';
import { addresses } from '../addresses.ts';
import { signIn } from './portal.ts';

export const roles = [
  'nobody',
  'otherAccount',
  'viewer',
  'member',
  'owner',
  'removedOwner',
  'support',
  'admin',
] as const;
export type Role = (typeof roles)[number];

const emails: Record<Exclude<Role, 'nobody'>, string> = {
  otherAccount: 'owner@globex.example',
  viewer: 'viewer@acme.example',
  member: 'member@acme.example',
  owner: 'owner@acme.example',
  removedOwner: 'gone@acme.example',
  support: 'support@postern.example',
  admin: 'admin@postern.example',
};

let opened: pg.Pool | undefined;

function pool(): pg.Pool {
  if (opened !== undefined) return opened;
  opened = new pg.Pool({ connectionString: addresses().databaseUrl, max: 2, allowExitOnIdle: true });
  // The product may end before this process does.
  opened.on('error', () => {});
  return opened;
}

export async function query<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await pool().query<Row>(text, values)).rows;
}

/** The demo has no viewer and nobody who has left: both are made with the demo owner's password. */
async function completeCast(): Promise<void> {
  for (const email of [emails.viewer, emails.removedOwner]) {
    await query(
      `insert into people (email, name, password_hash, demo)
       select $1, $1, password_hash, true from people where email = 'owner@acme.example'
       on conflict do nothing`,
      [email],
    );
    await query(
      `insert into memberships (account_id, person_id, role)
       select a.id, p.id, $2 from accounts a, people p where a.slug = 'acme' and p.email = $1
       on conflict do nothing`,
      [email, email === emails.viewer ? 'viewer' : 'owner'],
    );
  }
}

export type Cast = Record<Role, { page: Page | null; request: APIRequestContext }>;

/** Everybody, signed in. The removed owner signs in while they still belong, and then loses the membership. */
export async function signInCast(browser: Browser, baseURL: string): Promise<Cast> {
  await completeCast();
  const cast: Partial<Cast> = { nobody: { page: null, request: await request.newContext({ baseURL }) } };
  for (const role of roles) {
    if (role === 'nobody') continue;
    const page = await signIn(browser, emails[role], baseURL);
    cast[role] = { page, request: page.context().request };
  }
  await query(
    `update memberships set ended_at = now() where ended_at is null
     and person_id = (select id from people where email = $1)`,
    [emails.removedOwner],
  );
  return cast as Cast;
}
