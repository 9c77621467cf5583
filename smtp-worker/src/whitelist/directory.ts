import type { NodeCredential, NodeServer } from '../../../db/queries/node.ts';
import type { MailNeeds, RelayScope } from '../../../lib/domain/smtp-decision.ts';
import type { Login, LoginStanding } from '../session/types.ts';

/** Servers and their SMTP credentials, as this node knows them. */
export type Directory = {
  readonly servers: Map<string, KnownServer>;
  readonly credentials: Map<string, NodeCredential>;
  /** user names in lower case: the database keeps them apart that way */
  readonly byUsername: Map<string, NodeCredential>;
  /** ids of the servers that a sender domain is verified for */
  readonly byDomain: Map<string, string[]>;
};

export type KnownServer = { readonly slug: string; readonly scope: RelayScope };

/** What a client that signed in may do besides its sender domains: the submission service's own limits. */
export type LoginLimits = { readonly recipientsPerMessage: number; readonly messageBytes: number };

export function newDirectory(): Directory {
  return { servers: new Map(), credentials: new Map(), byUsername: new Map(), byDomain: new Map() };
}

/** What is known of a server besides its state, which its entries and credentials have in theirs. */
export type ServerFacts = Omit<NodeServer, 'state'>;

export function putServers(directory: Directory, servers: readonly ServerFacts[], limits: LoginLimits): void {
  for (const { serverId, slug, senderDomains, mailNeeds } of servers) {
    const scope: RelayScope = {
      senderDomains: new Set(senderDomains.map((domain) => domain.toLowerCase())),
      recipientDomains: null,
      tls: 'offered',
      messagesPerHour: null,
      sandboxUntil: null,
      needs: mailNeeds,
      ...limits,
    };
    indexDomains(directory, serverId, scope.senderDomains);
    directory.servers.set(serverId, { slug, scope });
  }
}

function indexDomains(
  { servers, byDomain }: Directory,
  serverId: string,
  domains: ReadonlySet<string>,
): void {
  for (const domain of servers.get(serverId)?.scope.senderDomains ?? []) {
    const others = byDomain.get(domain)?.filter((other) => other !== serverId) ?? [];
    if (others.length === 0) byDomain.delete(domain);
    else byDomain.set(domain, others);
  }
  for (const domain of domains) {
    const others = byDomain.get(domain);
    if (others === undefined) byDomain.set(domain, [serverId]);
    else others.push(serverId);
  }
}

/** Ids of the servers that may send as a domain: asked for by strangers, so nobody goes through all servers for it. */
export function serversOfDomain({ byDomain }: Directory, domain: string): readonly string[] {
  return byDomain.get(domain) ?? [];
}

/** @returns ids of credentials whose verified passwords must be forgotten */
export function putCredentials(directory: Directory, credentials: readonly NodeCredential[]): string[] {
  const changed: string[] = [];
  for (const credential of credentials) {
    const before = directory.credentials.get(credential.credentialId);
    if (before !== undefined) {
      if (before.passwordHash !== credential.passwordHash || credential.state === 'ended') {
        changed.push(before.credentialId);
      }
      forgetUsername(directory, before);
    }
    if (credential.state === 'ended') directory.credentials.delete(credential.credentialId);
    else {
      directory.credentials.set(credential.credentialId, credential);
      directory.byUsername.set(credential.username.toLowerCase(), credential);
    }
  }
  return changed;
}

/**
 * After a restore: user names of credentials that are usable again, and that the copy before knew as ended or cancelled, or
 * with another password.
 */
export function revivedCredentials(directory: Directory, before: Directory): string[] {
  const revived: string[] = [];
  for (const { credentialId, username, passwordHash, state } of directory.credentials.values()) {
    if (state !== 'usable') continue;
    const known = before.credentials.get(credentialId);
    if (known === undefined || known.state === 'cancelled' || known.passwordHash !== passwordHash)
      revived.push(username);
  }
  return revived;
}

/** The name may belong to a newer credential by now. */
function forgetUsername(directory: Directory, { credentialId, username }: NodeCredential): void {
  const name = username.toLowerCase();
  if (directory.byUsername.get(name)?.credentialId === credentialId) directory.byUsername.delete(name);
}

export function findCredential(directory: Directory, username: string): NodeCredential | undefined {
  return directory.byUsername.get(username.toLowerCase());
}

export function findServerScope(directory: Directory, serverId: string): KnownServer | undefined {
  return directory.servers.get(serverId);
}

/** What an entry takes from its server. Of a server that is not known nothing is allowed that both did not allow. */
export function serverOf(directory: Directory, serverId: string): { slug: string; needs: MailNeeds } {
  const server = directory.servers.get(serverId);
  return { slug: server?.slug ?? '', needs: server?.scope.needs ?? 'both' };
}

/** How a sign-in stands by now. */
export function loginStandingOf(directory: Directory, login: Login): LoginStanding {
  const credential = directory.credentials.get(login.credentialId);
  if (credential === undefined) return { standing: 'none' };
  if (credential.state !== 'usable')
    return { standing: credential.state === 'lapsed' ? 'lapsed' : 'cancelled' };
  const server = directory.servers.get(credential.serverId);
  if (server === undefined) return { standing: 'none' };
  return { standing: 'in_force', serverSlug: server.slug, scope: server.scope };
}
