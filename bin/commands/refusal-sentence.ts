import type { Refusal } from '../../lib/operations/result.ts';
import { fieldMessage, problems } from '../../lib/web/messages/problems.ts';
import { type CommandResult, failed } from './command.ts';

/** What an operation refused, in one sentence. */
export function refusedBy(refusal: Refusal): CommandResult {
  return failed(refusal.code, sentence(refusal));
}

function sentence(refusal: Refusal): string {
  switch (refusal.code) {
    case 'reason_missing':
      return '--reason is missing.';
    case 'invalid':
      return `${refusal.field} ${fieldMessage(refusal.reason)}.`;
    case 'state_forbids':
      return `The entry is ${refusal.state}, which forbids it.`;
    case 'throttled':
      return `${problems.too_many_requests.title}.`;
    default:
      return `${problems[refusal.code].title}.`;
  }
}
