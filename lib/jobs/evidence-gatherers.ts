import type { Database } from '../../db/client.ts';
import { keepAnswer, keptAnswer, pausedUntil, pauseServer } from '../../db/queries/lookup-memory.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { dnsblGatherer } from '../adapters/gather-dnsbl.ts';
import { ptrGatherer } from '../adapters/gather-ptr.ts';
import { type KeptAnswer, type RdapMemory, rdapGatherer } from '../adapters/gather-rdap.ts';
import type { Gatherer } from '../adapters/gathering.ts';
import { ipDatabaseGatherer } from '../adapters/ip-database.ts';
import { ipInsightsGatherer } from '../adapters/ip-insights.ts';
import { createRateLimiter } from '../adapters/rate-limit.ts';
import { type BootstrapService, shippedBootstrap } from '../adapters/rdap-bootstrap-data.ts';
import { createResolver } from '../adapters/resolver.ts';
import { parseFacts } from '../domain/evidence-parse.ts';

const HOUR_MS = 3_600_000;
/** Shorter than the time between two re-checks, so that each of them asks. */
const KEEP_ANSWER_MS = 24 * HOUR_MS;
/**
 * Of one server: 130,000 questions a day, which is what re-checks of as many entries take. Registries allow more. Twelve
 * workers that all want the same registry wait for up to 7.3 s each, and then have time left for its answer.
 */
const politeness = { burst: 5, perSecond: 1.5, longestWaitMs: 8000 };

/** Which sources there are to ask, and where. */
export type EvidenceSettings = {
  /** `host[:port]`; none: the system's resolvers. */
  dnsServers: readonly string[];
  dnsblZones: readonly string[];
  /** One RDAP server; null: the registry that answers for the network. */
  rdapUrl: string | null;
  /** Directory with databases in MaxMind's format. */
  maxmindDbDir: string | null;
  /** MaxMind's web service, by key. */
  maxmind: { url: string; accountId: string; licenseKey: string } | null;
};

export const bootstrapQuestion = { kind: 'rdap_bootstrap', question: 'services' };

/** The sources that are configured here. What is not, is not asked and is nobody's failure. */
export function createGatherers(settings: EvidenceSettings, database: Database, now: () => Date): Gatherer[] {
  const resolver = createResolver({ servers: settings.dnsServers });
  const takeTurn = createRateLimiter(politeness);
  const gatherers: Gatherer[] = [
    ptrGatherer(resolver),
    rdapGatherer({ base: settings.rdapUrl, memory: rdapMemory(database, now), takeTurn }),
  ];
  gatherers.push(
    dnsblGatherer(resolver, async () => (await currentPolicy(database)).listZones ?? settings.dnsblZones),
  );
  if (settings.maxmindDbDir !== null) gatherers.push(ipDatabaseGatherer(settings.maxmindDbDir));
  if (settings.maxmind !== null) {
    gatherers.push(ipInsightsGatherer({ ...settings.maxmind, takeTurn }));
  }
  return gatherers;
}

function rdapMemory(database: Database, now: () => Date): RdapMemory {
  return {
    answer: async (question) => {
      const content = (await keptAnswer(database, 'rdap', question, now())) as KeptAnswer | undefined;
      if (content === undefined) return null;
      // Kept by an older version, perhaps: then it is asked for again.
      const facts = content.facts === null ? null : parseFacts('rdap', content.facts);
      return content.outcome === 'found' && facts === null ? null : { ...content, facts };
    },
    keepAnswer: async (question, content) => {
      const fetchedAt = now();
      const expiresAt = new Date(fetchedAt.getTime() + KEEP_ANSWER_MS);
      await keepAnswer(database, { kind: 'rdap', question, content, fetchedAt, expiresAt });
    },
    pauseMs: async (server) => {
      const at = now();
      const until = await pausedUntil(database, server, at);
      return until === null ? 0 : until.getTime() - at.getTime();
    },
    keepPause: (server, milliseconds) =>
      pauseServer(database, server, new Date(now().getTime() + milliseconds)),
    bootstrap: async () => {
      const { kind, question } = bootstrapQuestion;
      const kept = (await keptAnswer(database, kind, question, now())) as BootstrapService[] | undefined;
      return kept ?? shippedBootstrap;
    },
  };
}
