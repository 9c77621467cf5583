import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

// All of it takes some ten seconds read in one pass, and hours where a text is gone over again from each character.
const patienceMs = 300_000;

test('a megabyte of any repetition is read in one pass by whatever reads what strangers write', {
  timeout: patienceMs + 60_000,
}, async () => {
  const output = await new Promise<string>((resolve) => {
    const options = { timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 } as const;
    execFile(process.execPath, ['bin/testing/worst-input.ts'], options, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });
  // Where it hangs, the last line names what it was reading.
  expect(output.trimEnd().split('\n').at(-1)).toBe('all read');
});
