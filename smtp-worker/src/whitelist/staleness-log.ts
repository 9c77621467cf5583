import type { Logger } from 'pino';

/** What of a replica says how old its copy is. */
export type CopyAge = { readonly copyTooOld: () => boolean; readonly ageSeconds: () => number };

/**
 * Says once when the copy has become too old, from which moment every recipient is deferred, and once when it no longer
 * is: who reads the log of such a night sees from when to when.
 * @returns what looks at it
 */
export function newStalenessLog(copy: CopyAge, log: Logger): () => void {
  let told = false;
  return () => {
    const tooOld = copy.copyTooOld();
    if (tooOld === told) return;
    told = tooOld;
    if (!tooOld) return log.warn('the copy of the whitelist is fresh again');
    const age = copy.ageSeconds();
    const ageSeconds = Number.isFinite(age) ? Math.round(age) : null;
    log.error({ ageSeconds }, 'the copy of the whitelist is too old: every recipient is deferred');
  };
}
