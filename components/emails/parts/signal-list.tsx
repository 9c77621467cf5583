import type { MailSignal } from '../../../lib/domain/mail-values.ts';
import { shades } from '../mail-style.ts';
import { signalWords } from '../words/abuse.ts';

/** What was counted about the mail of an address. */
export function SignalList({ signals }: { signals: readonly MailSignal[] }) {
  return (
    <ul
      className="ink"
      style={{
        margin: '0 0 16px',
        paddingLeft: 22,
        color: shades.ink.light,
        fontSize: 15,
        lineHeight: '23px',
      }}
    >
      {signals.map(({ what, count }) => (
        <li key={what} style={{ margin: '0 0 4px' }}>
          {signalWords[what](count)}
        </li>
      ))}
    </ul>
  );
}
