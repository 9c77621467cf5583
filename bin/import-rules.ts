/**
 * Who may import whom. What is not listed is not allowed. `./` begins a path of this project (a folder ends with a
 * slash), `node:` stands for all of Node's own modules, `*` for any package, anything else is a package with everything in it.
 */
export type Zone = {
  name: string;
  holds: RegExp;
  may: readonly string[];
  /** What its tests may import besides. */
  testsMay?: readonly string[];
  /** Nothing of the product: may import what only development has. */
  forDevelopment?: true;
  /** What must not stand in its sources at all, and why. */
  never?: readonly (readonly [RegExp, string])[];
};

/** How a test finds, or installs, a program of the system (`postfix`, `haproxy`, …), and runs one. */
const systemPrograms = './bin/find-program.ts';
const runningPrograms = './bin/testing/';
const testTools = ['vitest', 'fast-check', 'node:'];
const databaseTests = [
  ...testTools,
  systemPrograms,
  runningPrograms,
  'pg',
  'drizzle-orm',
  './db/',
  './lib/domain/',
  './lib/secrets/',
];
const mailTests = ['smtp-server', 'nodemailer', 'mailparser'];
const react = ['react', 'react-dom'];

/** The first zone that holds a file is its zone. */
export const zones: readonly Zone[] = [
  {
    name: 'lib/domain',
    holds: /^lib\/domain\//,
    may: ['./lib/domain/'],
    testsMay: testTools,
    never: [
      [/\bawait\b|\basync\b/, 'waits'],
      [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/, 'reads the clock'],
      [/\bprocess\./, 'reads its process'],
      [/\bMath\.random\b|\bcrypto\.random/, 'throws dice'],
    ],
  },
  {
    name: 'lib/secrets',
    holds: /^lib\/secrets\//,
    may: ['./lib/secrets/', './lib/domain/', 'node:crypto'],
    testsMay: testTools,
  },
  {
    name: 'lib/env',
    holds: /^lib\/env(-values)?(\.test)?\.ts$/,
    may: ['zod', 'node:os', './lib/env-values.ts', './lib/domain/'],
    testsMay: [...testTools, './lib/env.ts'],
  },
  {
    name: 'lib/stop-request',
    holds: /^lib\/stop-request(\.test)?\.ts$/,
    may: [],
    testsMay: testTools,
  },
  {
    name: 'db',
    holds: /^db\//,
    may: ['./db/', './lib/domain/', 'drizzle-orm', 'pg', 'node:'],
    testsMay: [...testTools, systemPrograms],
  },
  {
    name: 'lib/adapters',
    holds: /^lib\/adapters\//,
    may: [
      './lib/adapters/',
      './lib/domain/',
      'node:',
      'zod',
      '@node-rs/argon2',
      'mmdb-lib',
      'nodemailer',
      'otpauth',
      'tldts',
    ],
    testsMay: [...testTools, ...mailTests],
  },
  {
    name: 'lib/operations',
    holds: /^lib\/operations\//,
    may: [
      ...['./lib/operations/', './lib/domain/', './lib/adapters/', './lib/secrets/', './db/'],
      ...['drizzle-orm', 'zod', 'node:crypto'],
    ],
    testsMay: [...databaseTests, 'otpauth'],
  },
  {
    name: 'lib/jobs',
    holds: /^lib\/jobs\//,
    may: [
      ...['./lib/jobs/', './lib/operations/', './lib/adapters/', './lib/domain/', './lib/secrets/', './db/'],
      ...['./components/emails/', 'pg-boss', 'pg', 'drizzle-orm', 'zod', 'node:'],
    ],
    testsMay: [...databaseTests, ...mailTests],
  },
  {
    name: 'lib/web',
    holds: /^lib\/web\//,
    may: [
      ...[
        './lib/web/',
        './lib/domain/',
        './lib/operations/',
        './lib/adapters/',
        './lib/secrets/',
        './lib/env.ts',
      ],
      ...[
        './db/',
        'next',
        'next-auth',
        'zod',
        'react',
        'server-only',
        'pino',
        'prom-client',
        'qrcode',
        'node:',
      ],
    ],
    testsMay: databaseTests,
  },
  {
    name: 'components/emails',
    holds: /^components\/emails\//,
    may: ['./components/emails/', './lib/domain/', 'react', 'react-email'],
    testsMay: [...testTools, ...react],
  },
  {
    name: 'components/ui',
    holds: /^components\/ui\//,
    may: ['./components/ui/', ...react, '@base-ui/react', 'lucide-react', 'next/link'],
    testsMay: [...testTools, ...react],
  },
  {
    name: 'components',
    holds: /^components\//,
    may: [
      ...['./components/', './lib/domain/'],
      ...['./lib/web/paths.ts', './lib/web/messages/', './lib/web/action-state.ts'],
      ...[...react, 'next', 'lucide-react'],
    ],
    testsMay: [...testTools, ...react],
  },
  {
    name: 'app actions and API routes',
    holds: /^app\/(.*\/)?((actions?|route|schema|.+-actions?|.+-schema)\.tsx?|api\/.*)$/,
    may: [
      ...['./app/', './lib/web/', './lib/operations/', './lib/domain/', './package.json'],
      ...['next', 'zod'],
    ],
    testsMay: databaseTests,
  },
  {
    name: 'app pages',
    holds: /^app\//,
    may: [
      './app/',
      './components/',
      './db/queries/',
      './lib/web/',
      './lib/domain/',
      ...react,
      'next',
      'lucide-react',
    ],
    testsMay: databaseTests,
  },
  { name: "smtp-worker's build", holds: /^smtp-worker\/build\.ts$/, may: ['node:', 'esbuild'] },
  {
    name: 'smtp-worker',
    holds: /^smtp-worker\//,
    may: [
      ...[
        './smtp-worker/',
        './lib/domain/',
        './lib/secrets/',
        './lib/env-values.ts',
        './lib/stop-request.ts',
        './db/queries/node.ts',
      ],
      ...['node:', 'pg', 'pino', 'prom-client', 'zod', '@node-rs/argon2', 'bcryptjs'],
    ],
    testsMay: [...databaseTests, ...mailTests],
  },
  {
    name: 'bin',
    holds: /^bin\//,
    may: [
      ...['./bin/', './lib/', './db/', 'node:', 'pg', 'pino', 'zod', '@node-rs/argon2'],
      ...['next', 'esbuild', 'csv-parse'],
    ],
    testsMay: [...databaseTests, ...mailTests, './proxy.ts'],
  },
  {
    name: 'e2e',
    holds: /^e2e\//,
    forDevelopment: true,
    may: ['./e2e/', './db/', 'node:', 'pg', '@playwright/test', '@axe-core/playwright', ...mailTests],
  },
  {
    name: 'bench',
    holds: /^bench\//,
    forDevelopment: true,
    // What a node does in memory cannot be timed from outside of it.
    may: [
      ...['./bench/', './db/', './lib/domain/', './lib/adapters/testing/', './smtp-worker/src/'],
      ...[systemPrograms, 'node:', '*'],
    ],
    testsMay: testTools,
  },
  {
    name: 'endurance',
    holds: /^endurance\//,
    forDevelopment: true,
    // Millions of sessions are played to the engine without a socket, and what it says is judged from outside.
    may: [
      ...['./endurance/', './smtp-worker/src/', './lib/domain/', './lib/secrets/', './db/'],
      ...['node:', 'pg', '@node-rs/argon2', ...mailTests],
    ],
    testsMay: [...testTools, './bin/'],
  },
  {
    name: 'proxy.ts',
    holds: /^proxy\.ts$/,
    may: ['next'],
  },
  {
    name: 'settings of tools',
    holds: /^[^/]+\.config\.(ts|mjs)$/,
    forDevelopment: true,
    may: ['next', 'vitest', '@playwright/test'],
  },
];
