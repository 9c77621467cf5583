import { killTrial } from './kill-trial.ts';

const killsEach = 5;
const mostDuplicates = 0.005;

export const runKillToNextHop = (messages: number, seed: number) => run(messages, seed, 'next hop');
export const runKillToMaildir = (messages: number, seed: number) => run(messages, seed, 'maildir');

async function run(messages: number, seed: number, keptBy: 'next hop' | 'maildir'): Promise<object> {
  const outcome = await killTrial({ messages, killsEach, keptBy, seed });
  if (outcome.duplicates > messages * mostDuplicates) {
    throw new Error(`${outcome.duplicates} of ${messages} messages came twice`);
  }
  return outcome;
}
