import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { smtpNodeArguments } from './smtp-node-memory.ts';

// What cannot import the list repeats it.

const root = path.resolve(import.meta.dirname, '../..');

test.each([
  ['package.json', /"smtp": "exec node --import \S+ (.*) smtp-worker\/src\/main\.ts"/],
  ['smtp-worker/package.json', /"start": "node (.*) src\/main\.ts"/],
  ['docs/recipes/postern-smtp.service', /^ExecStart=\S+\/node (.*) smtp-worker\/src\/main\.ts$/m],
])('%s starts the SMTP node as everything else does', async (file, command) => {
  const found = command.exec(await readFile(path.join(root, file), 'utf8'));
  expect(found?.[1]?.split(' ')).toEqual(smtpNodeArguments);
});
