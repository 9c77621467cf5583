import { onTrialDatabase } from '../support/database.ts';
import { rudeTrial } from './rude-trial.ts';

const honest = 500;
const messagesEach = 4;

export function runRude(rude: number): Promise<object> {
  return onTrialDatabase(false, ({ url }) => rudeTrial(url, { rude, honest, messagesEach }));
}
