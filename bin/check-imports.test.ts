import { expect, test } from 'vitest';
import { checkImports } from './check-imports.ts';

const dependencies = ['@base-ui/react', 'drizzle-orm', 'nodemailer'];

function check(path: string, text: string): string[] {
  return checkImports([{ path, text }], dependencies);
}

test.each([
  ['lib/domain/cidr.ts', "import { Address } from './ip.ts';"],
  ['lib/domain/cidr.test.ts', "import { test } from 'vitest';\nimport fc from 'fast-check';"],
  ['lib/domain/cidr.ts', '// new Date() is for others\n/* await */ export const documented = 1;'],
  ['db/queries/entries.ts', "import { eq } from 'drizzle-orm';\nimport { entries } from '../schema.ts';"],
  ['lib/operations/approve-entry.ts', "import { entries } from '../../db/schema.ts';"],
  ['components/ui/button.tsx', "import { Button } from '@base-ui/react/button';"],
  ['components/whitelist/list.tsx', "import { paths } from '../../lib/web/paths.ts';"],
  ['app/(portal)/account/page.tsx', "import { save } from './actions.ts';\nimport '../../globals.css';"],
  ['app/(portal)/account/actions.ts', "import { approve } from '../../../lib/operations/approve-entry.ts';"],
  ['smtp-worker/src/main.ts', "import { readEntries } from '../../db/queries/node.ts';"],
  ['bin/start.ts', "import { migrate } from '../db/migrate.ts';"],
  ['lib/adapters/testing/mail-sink.ts', "import { SMTPServer } from 'smtp-server';"],
  ['lib/adapters/mailer.ts', "import Mail from 'nodemailer/lib/mailer';"],
  ['e2e/tour.ts', "import { expect } from '@playwright/test';"],
])('%s may: %s', (path, text) => {
  expect(check(path, text)).toEqual([]);
});

test.each([
  ['lib/domain/cidr.ts', "import pg from 'pg';", 'may not import "pg" (lib/domain)'],
  ['lib/domain/cidr.ts', "import { readFile } from 'node:fs';", 'may not import "node:fs"'],
  [
    'lib/domain/cidr.ts',
    "import type { Database } from '../../db/client.ts';",
    'may not import "../../db/client.ts"',
  ],
  ['lib/domain/cidr.ts', 'export const now = () => Date.now();', 'reads the clock'],
  ['lib/domain/cidr.ts', 'export async function wait() {}', 'waits'],
  ['lib/domain/cidr.ts', "export * from 'zod';", 'may not import "zod"'],
  ['lib/domain/cidr.ts', "const late = import('zod');", 'may not import "zod"'],
  ['lib/domain/cidr.ts', "type Late = import('zod').ZodType;", 'may not import "zod"'],
  ['lib/domain/cidr.ts', "import {\n  one,\n  two,\n} from 'zod';", 'lib/domain/cidr.ts:4 may not'],
  ['lib/domain/cidr.ts', "import { Address } from './ip';", 'without its ending'],
  ['lib/domain/index.ts', "export { Address } from './ip.ts';", 'is a barrel'],
  ['lib/domain/cidr.test.ts', "import pg from 'pg';", 'may not import "pg"'],
  ['db/client.ts', "import { cache } from 'react';", 'may not import "react"'],
  ['db/client.ts', "import { approve } from '../lib/operations/approve-entry.ts';", 'may not'],
  ['lib/adapters/resolver.ts', "import { entries } from '../../db/schema.ts';", 'may not'],
  [
    'lib/operations/approve-entry.ts',
    "import { headers } from 'next/headers';",
    'may not import "next/headers"',
  ],
  ['lib/web/session.ts', "import { Table } from '../../components/ui/table.tsx';", 'may not'],
  ['components/ui/button.tsx', "import { paths } from '../../lib/web/paths.ts';", 'may not'],
  ['components/whitelist/list.tsx', "import { entries } from '../../db/schema.ts';", 'may not'],
  ['components/whitelist/list.tsx', "import { action } from '../../lib/web/action.ts';", 'may not'],
  ['components/whitelist/list.tsx', "import { save } from '../../app/admin/actions.ts';", 'may not'],
  ['app/admin/page.tsx', "import { sql } from 'drizzle-orm';", 'may not import "drizzle-orm"'],
  ['app/admin/page.tsx', "import { approve } from '../../lib/operations/approve-entry.ts';", 'may not'],
  [
    'app/admin/actions.ts',
    "import { approve } from '../(portal)/account/actions.ts';",
    'belongs to another route',
  ],
  ['app/api/v1/route.ts', "import { entries } from '../../../db/queries/entries.ts';", 'may not'],
  ['smtp-worker/src/main.ts', "import next from 'next';", 'may not import "next"'],
  ['smtp-worker/src/main.ts', "import { entries } from '../../db/queries/entries.ts';", 'may not'],
  ['bin/start.ts', "import { main } from '../smtp-worker/src/main.ts';", 'may not'],
  ['bin/start.ts', "import { Button } from '../components/ui/button.tsx';", 'may not'],
  ['e2e/tour.ts', "import { approve } from '../lib/operations/approve-entry.ts';", 'may not'],
  [
    'lib/adapters/ip-database.ts',
    "import { Reader } from 'mmdb-lib';",
    'imports "mmdb-lib", which is not among the dependencies in package.json',
  ],
  ['lib/adapters/ip-database.ts', "import type { Reader } from 'mmdb-lib/lib/reader';", 'is not among'],
  ['app/layout.tsx', "import { Link } from 'next/link';", 'imports "next/link", which is not among'],
  ['somewhere/else.ts', '', 'is in no zone'],
])('%s may not: %s', (path, text, complaint) => {
  expect(check(path, text)).toEqual([expect.stringContaining(complaint)]);
});
