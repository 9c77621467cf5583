import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { ComposedMessage } from './compose-message.ts';

/**
 * Puts a message into a Maildir (https://cr.yp.to/proto/maildir.html): written and synced in `tmp`, then renamed to
 * `new`, so a reader never sees half of one. The name is the message's own: the same one again takes its own place.
 * @returns the file
 */
export async function writeToMaildir(maildir: string, message: ComposedMessage): Promise<string> {
  const [tmp, fresh, seen] = ['tmp', 'new', 'cur'].map((part) => path.join(maildir, part)) as [
    string,
    string,
    string,
  ];
  for (const folder of [tmp, fresh, seen]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${message.id}.postern`;
  const file = await open(path.join(tmp, name), 'w', 0o600);
  try {
    // Files of a Maildir have the line ends of the machine.
    await file.writeFile(message.raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(path.join(tmp, name), path.join(fresh, name));
  const folder = await open(fresh, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return path.join(fresh, name);
}
