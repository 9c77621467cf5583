import { z } from 'zod';
import type { IntelligenceFacts } from '../domain/evidence.ts';

// MaxMind's records, from a database file or the web service: the same members, flat in some products and under
// `traits` in others. https://dev.maxmind.com/geoip/docs/databases and /docs/web-services/responses

const text = z.string().max(300).optional().catch(undefined);
const count = z.number().finite().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

const anonymity = {
  is_anonymous_vpn: flag,
  is_hosting_provider: flag,
  is_public_proxy: flag,
  is_residential_proxy: flag,
  is_tor_exit_node: flag,
};

const traits = z.object({
  autonomous_system_number: count,
  autonomous_system_organization: text,
  isp: text,
  organization: text,
  connection_type: text,
  user_type: text,
  static_ip_score: count,
  user_count: count,
  ...anonymity,
});
type Traits = z.infer<typeof traits>;

const record = traits.extend({
  traits: traits.optional().catch(undefined),
  anonymizer: z.object(anonymity).optional().catch(undefined),
});

const anonymityNames = {
  is_tor_exit_node: 'tor_exit_node',
  is_anonymous_vpn: 'anonymous_vpn',
  is_public_proxy: 'public_proxy',
  is_residential_proxy: 'residential_proxy',
  is_hosting_provider: 'hosting_provider',
} as const satisfies Record<keyof typeof anonymity, string>;

/** The facts in records about one address; null where none of them says anything we use. */
export function readIntelligence(records: readonly unknown[]): IntelligenceFacts | null {
  const merged: Traits = {};
  for (const input of records) {
    const parsed = record.safeParse(input);
    if (!parsed.success) continue;
    const { traits: nested, anonymizer, ...flat } = parsed.data;
    for (const part of [flat, nested, anonymizer]) {
      for (const [key, value] of Object.entries(part ?? {})) {
        if (value !== undefined) Object.assign(merged, { [key]: value });
      }
    }
  }
  if (Object.keys(merged).length === 0) return null;
  return {
    asn: merged.autonomous_system_number ?? null,
    asnOrganisation: merged.autonomous_system_organization ?? null,
    isp: merged.isp ?? null,
    organisation: merged.organization ?? null,
    connectionType: merged.connection_type ?? null,
    userType: merged.user_type ?? null,
    staticIpScore: merged.static_ip_score ?? null,
    userCount: merged.user_count ?? null,
    anonymity: Object.entries(anonymityNames)
      .filter(([key]) => merged[key as keyof typeof anonymity] === true)
      .map(([, name]) => name),
  };
}
