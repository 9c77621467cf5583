import { ping } from '../../db/queries/health.ts';
import { log } from './log.ts';
import { portal } from './portal.ts';

/** A load balancer asks every few seconds and does not wait long. */
const PATIENCE_MS = 3000;

/** Whether the database answers within the patience of whoever asks. */
export async function databaseAnswers(): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), PATIENCE_MS);
  const answered = await Promise.race([askDatabase(), late.promise]);
  clearTimeout(timer);
  return answered;
}

async function askDatabase(): Promise<boolean> {
  try {
    await ping(portal().database);
    return true;
  } catch (error) {
    log.warn({ err: error }, 'the database does not answer');
    return false;
  }
}
