import {
  createDatabase,
  type Database,
  type DatabaseConnection,
  LONGEST_SILENCE_MS,
} from '../../db/client.ts';
import { type Environment, readEnvironment } from '../env.ts';
import type { Secrets } from '../secrets/keys.ts';

/** What the portal's pages, actions and API routes work with. */
export type Portal = { environment: Environment; database: Database; secrets: Secrets };

type Opened = { portal: Portal; connection: DatabaseConnection };

// Next makes several bundles of this file, and the portal has one pool: it hangs on the process, not on a module.
const place = Symbol.for('postern.portal');
const holder = globalThis as { [place]?: Opened };

/** Opened at the first call, never while the portal is built. */
export function portal(): Portal {
  holder[place] ??= open();
  return holder[place].portal;
}

function open(): Opened {
  const environment = readEnvironment();
  const connection = createDatabase(environment.databaseUrl, {
    applicationName: 'postern portal',
    silenceMs: LONGEST_SILENCE_MS,
  });
  const secrets: Secrets = { current: environment.authSecret, previous: environment.authSecretPrevious };
  return { portal: { environment, database: connection.database, secrets }, connection };
}

/** Ends the pool; the next call of `portal` opens another. */
export async function closePortal(): Promise<void> {
  const opened = holder[place];
  delete holder[place];
  await opened?.connection.close();
}
