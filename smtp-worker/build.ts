import path from 'node:path';
import { build } from 'esbuild';

// The node as one file that runs on a machine with nothing but Node.js and `@node-rs/argon2`, whose native part cannot
// be bundled.

const folder = import.meta.dirname;
const outfile = path.join(folder, 'dist', 'smtp-worker.mjs');

await build({
  entryPoints: [path.join(folder, 'src', 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  external: ['@node-rs/argon2', 'pg-native'],
  // Some libraries inside are CommonJS and ask for Node's own modules that way.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
console.log(path.relative(process.cwd(), outfile));
