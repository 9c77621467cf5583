import { closeAccount } from '../../lib/operations/close-account.ts';
import { freezeApprovals } from '../../lib/operations/freeze-approvals.ts';
import { reopenAccount } from '../../lib/operations/reopen-account.ts';
import { operatorActor } from '../../lib/operations/result.ts';
import { type Command, done, failed } from './command.ts';
import { refusedBy } from './refusal-sentence.ts';

export const accountCloseCommand: Command = {
  name: 'account close',
  words: ['SLUG'],
  options: { reason: { value: 'R', required: true } },
  summary: 'Cancel an account and end all of its entries at once',
  run: async ({ database, words, options, now }) => {
    const slug = words.SLUG ?? '';
    const result = await closeAccount({
      database,
      actor: operatorActor,
      slug,
      reason: String(options.reason),
      now,
    });
    if (!result.ok && result.code === 'not_found') return failed('not_found', `There is no account ${slug}.`);
    if (!result.ok) return refusedBy(result);
    const { removed, rejected } = result;
    return done(`${slug} is cancelled: ${removed} entries removed, ${rejected} requests rejected.`, {
      account: slug,
      status: result.account.status,
      removed,
      rejected,
    });
  },
};

export const accountReopenCommand: Command = {
  name: 'account reopen',
  words: ['SLUG'],
  options: { reason: { value: 'R', required: true } },
  summary: 'Take back that staff closed an account; its entries stay ended',
  run: async ({ database, words, options, now }) => {
    const slug = words.SLUG ?? '';
    const reason = String(options.reason);
    const result = await reopenAccount({ database, actor: operatorActor, slug, reason, now });
    if (!result.ok && result.code === 'not_found')
      return failed('not_found', `There is no account ${slug} that staff has closed.`);
    if (!result.ok) return refusedBy(result);
    const { status } = result.account;
    return done(`${slug} is open again: ${status}.`, { account: slug, status });
  },
};

export const freezeApprovalsCommand: Command = {
  name: 'freeze approvals',
  words: ['on|off'],
  options: { reason: { value: 'R', required: true } },
  summary: 'Let no request be approved until approvals are unfrozen',
  run: async ({ database, words, options, now }) => {
    const result = await freezeApprovals({
      database,
      actor: operatorActor,
      frozen: words['on|off'] === 'on',
      reason: String(options.reason),
      now,
    });
    if (!result.ok) return refusedBy(result);
    return done(result.frozen ? 'Approvals are frozen.' : 'Approvals are no longer frozen.', {
      frozen: result.frozen,
    });
  },
};
