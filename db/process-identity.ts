import { readFile } from 'node:fs/promises';

/**
 * A text that names one process for good. Its number alone is soon another's: in a container the same few numbers
 * come back at every start. Null where there is no such process.
 */
export async function identifyProcess(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  // Field 22 of proc_pid_stat(5): when it started. The second field may hold spaces, and ends with the last bracket.
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${startedAt} ${boot.trim()}`;
}

/** The number of the process that the text names, while that very process lives. */
export async function findProcess(identity: string): Promise<number | null> {
  const pid = Number(identity.split(' ', 1)[0]);
  return (await identifyProcess(pid)) === identity ? pid : null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
