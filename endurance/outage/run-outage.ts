import { outageTrial } from './outage-trial.ts';

/** Of the whole outage, for so much the node may decide. */
const boundShare = 0.7;

export async function runOutage(seconds: number): Promise<object> {
  const boundSeconds = Math.ceil(seconds * boundShare);
  const outcome = await outageTrial({ boundSeconds, furtherSeconds: seconds - boundSeconds });
  const { verdicts, ...times } = outcome;
  console.table(verdicts);
  return { boundSeconds, ...times };
}
