import { newBody } from './body.ts';
import { entryEnded } from './endings.ts';
import { judgeAgain } from './judge-again.ts';
import { countError } from './patience.ts';
import { composeRefusal, say } from './replies.ts';
import type { Session } from './session.ts';
import { refuseStuffedOctets } from './start-tls.ts';
import { endTransaction } from './transaction.ts';

/** DATA. The next hop hears of it only after the header section has been read and found in scope. */
export function startBody(session: Session, argument: string): undefined {
  if (refuseStuffedOctets(session, 'DATA')) return;
  const { transaction } = session;
  if (argument.trim() !== '') return countError(session, 'command_syntax', 'DATA with an argument');
  if (transaction === null) return countError(session, 'command_order', 'DATA before MAIL');
  if (transaction.recipients.length + transaction.proofs.length === 0) {
    return countError(session, 'no_valid_recipients', 'DATA without a recipient');
  }
  const rule = judgeAgain(session, transaction);
  if (rule === 'other_entry') return entryEnded(session);
  if (rule !== null) {
    const refusal = composeRefusal(session, rule, 'no longer allowed at DATA');
    transaction.handOver?.abandon();
    say(session, refusal.text);
    return endTransaction(session, transaction, { outcome: 'refused', reply: refusal.text, refusal });
  }
  session.phase = 'body';
  session.body = newBody(transaction.basis?.scope.messageBytes ?? session.settings.messageBytes);
  say(session, '354 End with a line that holds a dot alone');
}
