/** One mail system that takes accepted mail over. */
export type NextHop = {
  readonly host: string;
  readonly port: number;
  /** null: none are needed */
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** `required`: nothing is sent without a verified certificate; `offered`: encrypted where it can be */
  readonly tls: 'required' | 'offered';
  /** its share beside other next hops */
  readonly weight: number;
};

export type ParsedNextHop = { ok: true; nextHop: NextHop } | { ok: false; problem: string };

const defaultPort = 25;
const highestWeight = 1000;

/** Reads `smtp://[user:pass@]host[:port][?tls=required&weight=N]`. */
export function parseNextHop(text: string): ParsedNextHop {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== 'smtp:' || url.hostname === '') {
    return { ok: false, problem: 'is not smtp://[user:pass@]host:port[?tls=required]' };
  }
  if (!/^\/?$/.test(url.pathname)) return { ok: false, problem: 'has a path' };
  for (const name of url.searchParams.keys()) {
    if (name !== 'tls' && name !== 'weight') return { ok: false, problem: `has an unknown option: ${name}` };
  }
  const tls = url.searchParams.get('tls');
  if (tls !== null && tls !== 'required') return { ok: false, problem: 'has tls= other than required' };
  const weight = Number(url.searchParams.get('weight') ?? '1');
  if (!Number.isInteger(weight) || weight < 1 || weight > highestWeight) {
    return { ok: false, problem: `has weight= other than 1 to ${highestWeight}` };
  }
  const [username, password] = [decode(url.username), decode(url.password)];
  if (username === null || password === null) return { ok: false, problem: 'has a % that encodes nothing' };
  return {
    ok: true,
    nextHop: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? defaultPort : Number(url.port),
      credentials: username === '' ? null : { username, password },
      tls: tls === 'required' ? 'required' : 'offered',
      weight,
    },
  };
}

/** @returns null where it is not percent-encoded UTF-8 */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
