import type { NextConfig } from 'next';

// The content security policy has a nonce for each response and comes from our server, bin/portal-server.ts.
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  // An address of a page here may carry a reference or a proof token.
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
];

const config: NextConfig = {
  poweredByHeader: false,
  // The development server writes nothing into this folder and stops for nothing.
  agentRules: false,
  experimental: { agentUpgrade: false },
  // A lock file somewhere above this folder must not make that folder the root.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
  // `npm test` checks types with tsc before anything is built.
  typescript: { ignoreBuildErrors: true },
  // Native code, worker threads, or connections that must exist once per process.
  serverExternalPackages: ['@node-rs/argon2', 'nodemailer', 'pg', 'pg-boss', 'pino', 'prom-client'],
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

export default config;
