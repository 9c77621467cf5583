import { smtpRefusals } from '../../lib/domain/smtp-replies.ts';
import { help } from '../../lib/web/messages/help.ts';
import { refused } from '../../lib/web/messages/refused.ts';
import { Code } from '../ui/code.tsx';
import { Table } from '../ui/table.tsx';

/** The refusals that people meet, the commonest first. */
const shown = [
  'not_whitelisted',
  'sender_out_of_scope',
  'header_from_out_of_scope',
  'lapsed',
  'suspended',
  'removed_for_abuse',
  'tls_required',
  'rate_exceeded',
  'too_many_recipients',
  'message_too_large',
  'credentials_wrong',
  'auth_before_tls',
  'copy_too_old',
] as const;

/** What the mail server answers, in a customer's words. */
export function SmtpRepliesTable() {
  return (
    <Table
      top
      caption={help.repliesCaption}
      columns={[
        { key: 'reply', heading: help.replyCode, className: 'w-32 max-sm:w-28' },
        { key: 'meaning', heading: help.replyMeaning },
      ]}
      rows={shown.map((rule) => ({
        key: rule,
        cells: {
          reply: (
            <Code>
              {smtpRefusals[rule].code} {smtpRefusals[rule].enhanced}
            </Code>
          ),
          meaning: (
            <>
              <p className="font-medium">{refused.codes[rule].title}</p>
              <p className="text-second">{refused.codes[rule].next}</p>
            </>
          ),
        },
      }))}
    />
  );
}
