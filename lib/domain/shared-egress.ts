import { isWithinDomain } from './host-name.ts';
import { type Network, overlaps, parseNetwork } from './network.ts';

/** How many organisations come to share an address. */
export type SharedEgressKind =
  | 'mail_cloud'
  | 'web_gateway'
  | 'privacy_relay'
  | 'anonymous_vpn'
  | 'tor_exit_node';

export type SharedEgress = {
  kind: SharedEgressKind;
  /** Who runs it, as customers know it. */
  operator: string;
  /** Where the row can be looked up and renewed. */
  source: string;
  /** Networks out of which the traffic of all its customers comes. */
  networks: readonly string[];
  /** Domains of its host names: a name in one that leads back to the address is proof that the address is its. */
  domains: readonly string[];
  /** Autonomous systems that announce nothing but its traffic. */
  systems?: readonly number[];
};

/**
 * Outgoing addresses that many organisations share, so that whoever is whitelisted there whitelists strangers. Only
 * what its operator publishes or announces as its own, and only networks that serve nobody alone. State of November
 * 2026; `source` says where each row is renewed from.
 *
 * What cannot stand here: VPN services that rent their exits among a hoster's other customers (most of them), and the
 * exits of Tor, which change by the hour. Those are told by their names and registrations (`sharingText`), by a database
 * of anonymisers where one is configured, or by a prefix that staff blocks.
 */
export const sharedEgress: readonly SharedEgress[] = [
  {
    kind: 'mail_cloud',
    operator: 'Google',
    source: 'TXT _netblocks.google.com, _netblocks2.google.com, _netblocks3.google.com',
    networks: [
      '35.190.247.0/24',
      '64.233.160.0/19',
      '66.102.0.0/20',
      '66.249.80.0/20',
      '72.14.192.0/18',
      '74.125.0.0/16',
      '108.177.8.0/21',
      '108.177.96.0/19',
      '172.217.0.0/19',
      '172.217.32.0/20',
      '172.217.128.0/19',
      '172.217.160.0/20',
      '172.217.192.0/19',
      '172.253.56.0/21',
      '172.253.112.0/20',
      '173.194.0.0/16',
      '209.85.128.0/17',
      '216.58.192.0/19',
      '216.239.32.0/19',
      '2001:4860:4000::/36',
      '2404:6800:4000::/36',
      '2607:f8b0:4000::/36',
      '2800:3f0:4000::/36',
      '2a00:1450:4000::/36',
      '2c0f:fb50:4000::/36',
    ],
    domains: ['google.com', '1e100.net'],
  },
  {
    kind: 'mail_cloud',
    operator: 'Microsoft 365',
    source: 'TXT spf.protection.outlook.com',
    networks: [
      '40.92.0.0/15',
      '40.107.0.0/16',
      '52.100.0.0/15',
      '52.102.0.0/16',
      '52.103.0.0/17',
      '104.47.0.0/17',
      '2a01:111:f400::/48',
      '2a01:111:f403::/48',
    ],
    domains: ['outlook.com', 'hotmail.com'],
  },
  {
    kind: 'mail_cloud',
    operator: 'Amazon SES',
    source: 'TXT amazonses.com',
    networks: [
      '23.249.208.0/20',
      '23.251.224.0/19',
      '24.110.64.0/18',
      '54.240.0.0/17',
      '69.169.224.0/20',
      '76.223.128.0/19',
      '76.223.176.0/20',
      '199.127.232.0/22',
      '199.255.192.0/22',
      '206.55.144.0/20',
      '216.221.160.0/19',
    ],
    domains: ['amazonses.com'],
  },
  {
    kind: 'mail_cloud',
    operator: 'SendGrid',
    source: 'TXT sendgrid.net',
    networks: [
      '149.72.0.0/16',
      '159.183.0.0/16',
      '167.89.0.0/17',
      '168.245.0.0/17',
      '192.254.112.0/20',
      '198.21.0.0/21',
      '198.37.144.0/20',
      '208.117.48.0/20',
    ],
    domains: ['sendgrid.net'],
  },
  {
    kind: 'mail_cloud',
    operator: 'Mailchimp',
    source: 'TXT servers.mcsv.net',
    networks: ['148.105.8.0/21', '198.2.128.0/18', '205.201.128.0/20'],
    domains: ['mcsv.net', 'mcdlv.net', 'rsgsv.net', 'mandrillapp.com'],
  },
  ...namedMailClouds([
    ['Apple iCloud', 'icloud.com'],
    ['Fastmail', 'messagingengine.com'],
    ['GMX and WEB.DE', 'gmx.net', 'web.de'],
    ['Mailgun', 'mailgun.net', 'mailgun.org'],
    ['Mailjet', 'mailjet.com'],
    ['Mail.ru', 'mail.ru'],
    ['Mimecast', 'mimecast.com'],
    ['Postmark', 'mtasv.net'],
    ['Proofpoint', 'pphosted.com', 'ppe-hosted.com'],
    ['Proton', 'protonmail.ch', 'proton.ch'],
    ['SparkPost', 'sparkpostmail.com'],
    ['Symantec Email Security', 'messagelabs.com'],
    ['Yahoo', 'yahoo.com'],
    ['Zoho', 'zoho.com', 'zoho.eu', 'zohomail.com'],
    ['Alibaba Mail', 'mxhichina.com'],
    ['Barracuda Email Security', 'ess.barracuda.com', 'ess.barracudanetworks.com'],
    ['Brevo', 'sendinblue.com', 'sender-sib.com'],
    ['Cisco Secure Email', 'iphmx.com'],
    ['Hornetsecurity', 'hornetsecurity.com', 'antispameurope.com'],
    ['IONOS', 'kundenserver.de', 'perfora.net'],
    ['Klaviyo', 'klaviyomail.com'],
    ['MailChannels', 'mailchannels.net'],
    ['N-able Mail Assure', 'antispamcloud.com'],
    ['NetEase', '126.com', '163.com'],
    ['Oracle Email Delivery', 'oracleemaildelivery.com'],
    ['OVHcloud mail', 'mail-out.ovh.net'],
    ['Rackspace Email', 'emailsrvr.com'],
    ['Salesforce Marketing Cloud', 'exacttarget.com'],
    ['SiteGround', 'mailspamprotection.com'],
    ['Tencent QQ', 'qq.com'],
    ['Tucows OpenSRS', 'hostedemail.com'],
    ['Yandex', 'yandex.net'],
    ['Zendesk', 'zdsys.com'],
  ]),
  {
    kind: 'web_gateway',
    operator: 'Zscaler',
    source: 'https://config.zscaler.com/zscaler.net/cenr',
    networks: [
      '104.129.192.0/20',
      '136.226.0.0/16',
      '137.83.128.0/18',
      '147.161.128.0/17',
      '165.225.0.0/17',
      '165.225.192.0/18',
      '170.85.0.0/16',
      '185.46.212.0/22',
    ],
    domains: ['zscaler.com', 'zscaler.net'],
  },
  {
    kind: 'privacy_relay',
    operator: 'Apple iCloud Private Relay',
    source: 'https://mask-api.icloud.com/egress-ip-ranges.csv; AS36183 announces nothing else',
    networks: ['172.224.0.0/13', '2a02:26f7::/32'],
    domains: [],
    systems: [36183],
  },
  {
    kind: 'anonymous_vpn',
    operator: 'Mullvad',
    source: 'what AS216025 (Mullvad VPN AB) announces; host names in mullvad.net',
    networks: ['45.92.0.0/24', '2a10:7402::/32'],
    domains: ['mullvad.net'],
    systems: [216025],
  },
  {
    kind: 'anonymous_vpn',
    operator: 'Proton VPN',
    source: 'what AS209103 (Proton AG, VPN) announces; host names in protonvpn.net',
    networks: [
      '62.169.136.0/23',
      '79.135.104.0/24',
      '185.159.157.0/24',
      '185.159.159.0/24',
      '194.126.177.0/24',
      '2a07:b940::/29',
    ],
    domains: ['protonvpn.net', 'protonvpn.com'],
    systems: [209103],
  },
  {
    kind: 'anonymous_vpn',
    operator: 'IVPN',
    source: 'what AS203619 (IVPN Limited) announces; host names in ivpn.net',
    networks: ['89.124.253.0/24', '2a03:c040::/48'],
    domains: ['ivpn.net'],
    systems: [203619],
  },
  ...namedVpns([
    ['AirVPN', 'airservers.org', 'airvpn.org'],
    ['AzireVPN', 'azirevpn.com', 'azirevpn.net'],
    ['CyberGhost', 'cyberghostvpn.com'],
    ['ExpressVPN', 'expressvpn.com'],
    ['hide.me', 'hide.me', 'hideservers.net'],
    ['NordVPN', 'nordvpn.com'],
    ['OVPN', 'ovpn.com', 'ovpn.se'],
    ['Perfect Privacy', 'perfect-privacy.com'],
    ['Private Internet Access', 'privateinternetaccess.com'],
    ['Surfshark', 'surfshark.com'],
    ['TorGuard', 'torguard.net', 'torguardvpnaccess.com'],
    ['Windscribe', 'windscribe.com', 'whiskergalaxy.com'],
  ]),
];

/** VPN services that rent their exits from hosters: told by the confirmed names of those that have one. */
function namedVpns(rows: readonly [operator: string, ...domains: string[]][]): SharedEgress[] {
  return rows.map((row) => named('anonymous_vpn', row));
}

/** The Tor Project asks whoever runs an exit to name it so: https://community.torproject.org/relay/setup/exit/ */
const torName =
  /(?:^|[.-])tor[.-]?(?:exit|relay|node|proxy|network)[0-9a-z]*(?:[.-]|$)|(?:^|[.-])exit[.-]?tor(?:[.-]|$)/;

const torExit: SharedEgress = {
  kind: 'tor_exit_node',
  operator: 'Tor',
  source: 'host names that say so',
  networks: [],
  domains: [],
};

/** Mail clouds that are told by the confirmed names of their hosts; their networks change or are not theirs alone. */
function namedMailClouds(rows: readonly [operator: string, ...domains: string[]][]): SharedEgress[] {
  return rows.map((row) => named('mail_cloud', row));
}

function named(
  kind: SharedEgressKind,
  [operator, ...domains]: readonly [operator: string, ...domains: string[]],
): SharedEgress {
  return { kind, operator, source: `host names in ${domains.join(', ')}`, networks: [], domains };
}

type Compiled = { network: Network; egress: SharedEgress };

const compiled: readonly Compiled[] = sharedEgress.flatMap((egress) =>
  egress.networks.map((text) => ({ network: knownNetwork(text), egress })),
);

function knownNetwork(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`not a network in the table of shared egress: ${text}`);
  return parsed.network;
}

/** The shared egress that a network touches, if any is known. */
export function sharedEgressOf(network: Network): SharedEgress | null {
  return compiled.find((row) => overlaps(row.network, network))?.egress ?? null;
}

/** The shared egress that a host name belongs to. Only for names that lead back to their address: anybody can claim one. */
export function sharedEgressNamed(name: string): SharedEgress | null {
  const row = sharedEgress.find((one) => one.domains.some((domain) => isWithinDomain(name, domain)));
  return row ?? (torName.test(name) ? torExit : null);
}

/** The shared egress that an autonomous system is, or null. */
export function sharedEgressOfSystem(system: number): SharedEgress | null {
  return sharedEgress.find((row) => row.systems?.includes(system)) ?? null;
}

const sharingWords: readonly (readonly [RegExp, SharedEgressKind])[] = [
  [/(?:^|[^a-z])tor[-_ ]?(?:exits?|nodes?|relays?|servers?|network)(?:[^a-z]|$)/i, 'tor_exit_node'],
  [
    /(?:^|[^a-z])(?:(?:anonymous|public|consumer)[-_ ]vpn|vpn[-_ ](?:exits?|service|users|pool|customers|nodes?))(?:[^a-z]|$)/i,
    'anonymous_vpn',
  ],
  [/(?:^|[^a-z])(?:anonymi[sz](?:er|ing|ation)|privacy[-_ ]relay)(?:[^a-z]|$)/i, 'privacy_relay'],
];

/** The first of a registry's texts that says a range serves many who want to stay unknown, or null. */
export function sharingText(
  texts: readonly string[],
): { readonly text: string; readonly kind: SharedEgressKind } | null {
  for (const text of texts) {
    const kind = sharingWords.find(([pattern]) => pattern.test(text))?.[1];
    if (kind !== undefined) return { text, kind };
  }
  return null;
}
