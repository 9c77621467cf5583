import type { Gatherer } from './gathering.ts';
import { httpGet } from './http-get.ts';
import { representative } from './ip-database.ts';
import { readIntelligence } from './ip-intelligence.ts';
import type { TakeTurn } from './rate-limit.ts';

const TIMEOUT_MS = 6000;
const MAX_BYTES = 100_000;

export type InsightsOptions = { url: string; accountId: string; licenseKey: string; takeTurn: TakeTurn };

/**
 * MaxMind's Insights web service: user type, how static the address is, how many use it. Each question costs money,
 * so one address speaks for a network. https://dev.maxmind.com/geoip/docs/web-services
 */
export function ipInsightsGatherer(options: InsightsOptions): Gatherer<'ip_insights'> {
  const { host } = new URL(options.url);
  const credentials = Buffer.from(`${options.accountId}:${options.licenseKey}`).toString('base64');
  return {
    source: 'ip_insights',
    timeoutMs: TIMEOUT_MS,
    gather: async (subject, signal) => {
      if (!(await options.takeTurn(host, signal))) {
        return { outcome: 'temporary_error', facts: null, raw: { cause: 'rate_limited' } };
      }
      const answer = await httpGet({
        url: `${options.url}/geoip/v2.1/insights/${representative(subject)}`,
        headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
        signal,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        // The key goes to the configured server and nowhere else.
        maxRedirects: 0,
        trustedHosts: [host],
      });
      if (answer.outcome === 'none') return { outcome: 'none', facts: null, raw: { status: 404 } };
      if (answer.outcome === 'temporary_error') {
        const { cause, status, retryAfterMs } = answer;
        return { outcome: 'temporary_error', facts: null, raw: { cause, status }, retryAfterMs };
      }
      const raw = parseJson(answer.body);
      const facts = readIntelligence([raw]);
      if (facts === null) return { outcome: 'temporary_error', facts, raw: { cause: 'bad_answer' } };
      return { outcome: 'found', facts, raw };
    },
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
