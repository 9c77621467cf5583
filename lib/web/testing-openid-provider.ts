import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

// For tests: a small OpenID provider on loopback that signs in whoever it is told to. Code flow with PKCE and nonce.

export type OpenIdUser = { sub: string; email?: string; email_verified?: boolean };

export type TestOpenIdProvider = {
  issuer: string;
  /** The ID token says `user`, and the userinfo endpoint `userinfo`: no more than who it is, where that is not given. */
  signInAs: (user: OpenIdUser, userinfo?: OpenIdUser) => void;
  close: () => Promise<void>;
};

export async function startOpenIdProvider(clientId: string): Promise<TestOpenIdProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' };
  const asked = new Map<string, { nonce: string | null; challenge: string | null }>();
  let user: OpenIdUser = { sub: 'nobody' };
  let userinfo = user;
  const given = new Set<string>();
  let issuer = '';

  function idToken(nonce: string | null): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: clientId, iat: now, exp: now + 300, nonce, ...user };
    const signed = `${encode({ alg: 'RS256', kid: 'test' })}.${encode(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  async function token(request: IncomingMessage): Promise<object | null> {
    const form = new URLSearchParams(await bodyOf(request));
    const code = form.get('code') ?? '';
    const known = asked.get(code);
    asked.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    if (known?.challenge !== createHash('sha256').update(verifier).digest('base64url')) return null;
    const access = randomUUID();
    given.add(`Bearer ${access}`);
    return { access_token: access, token_type: 'Bearer', id_token: idToken(known.nonce) };
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    const json = (body: object | null) => {
      response.writeHead(body === null ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
    };
    if (url.pathname === '/.well-known/openid-configuration') json(configuration(issuer));
    else if (url.pathname === '/keys') json({ keys: [key] });
    else if (url.pathname === '/token') json(await token(request));
    else if (url.pathname === '/userinfo')
      json(given.has(request.headers.authorization ?? '') ? userinfo : null);
    else {
      const code = randomUUID();
      const { searchParams } = url;
      asked.set(code, { nonce: searchParams.get('nonce'), challenge: searchParams.get('code_challenge') });
      const back = new URL(searchParams.get('redirect_uri') ?? issuer);
      back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString();
      response.writeHead(302, { location: back.href }).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    issuer,
    signInAs: (next, told) => {
      user = next;
      userinfo = told ?? { sub: next.sub };
    },
    close,
  };
}

function configuration(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
