import { existsSync } from 'node:fs';
import path from 'node:path';
import { refuseToStart } from './lifecycle.ts';

// Loaded before each program that `npm run` starts: settings in a file `.env` of the project's folder count where the
// environment itself does not set them. (`node --env-file-if-exists` does the same and complains where there is none.)

const file = path.resolve(import.meta.dirname, '..', '.env');
try {
  if (existsSync(file)) process.loadEnvFile(file);
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  refuseToStart(`The settings in ${file} cannot be read (${code}): start as the user whose file it is.`);
}
