import { existsSync } from 'node:fs';
import path from 'node:path';

// Loaded before each program that `npm run` starts: settings in a file `.env` of the project's folder count where the
// environment itself does not set them. (`node --env-file-if-exists` does the same and complains where there is none.)

const file = path.resolve(import.meta.dirname, '..', '.env');
if (existsSync(file)) process.loadEnvFile(file);
