import { killTrial } from './kill-trial.ts';

const killsEach = 5;
/** However many messages there are, there are as many kills, and only those can lose a 250 on its way. */
const mostDuplicates = 5;

export const runKillToNextHop = (messages: number, seed: number) => run(messages, seed, 'next hop');
export const runKillToMaildir = (messages: number, seed: number) => run(messages, seed, 'maildir');

async function run(messages: number, seed: number, keptBy: 'next hop' | 'maildir'): Promise<object> {
  const outcome = await killTrial({ messages, killsEach, keptBy, seed });
  if (outcome.duplicates > mostDuplicates) {
    throw new Error(`${outcome.duplicates} of ${messages} messages came twice`);
  }
  return outcome;
}
