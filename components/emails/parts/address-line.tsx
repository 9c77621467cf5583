import type { MailEntry } from '../../../lib/domain/mail-values.ts';
import { mono, shades } from '../mail-style.ts';

/** The address that the mail is about: large, and beneath it how the customer calls it. */
export function AddressLine({ entry }: { entry: MailEntry }) {
  return (
    <>
      <p
        className="ink hero"
        style={{
          margin: '2px 0 0',
          color: shades.ink.light,
          fontFamily: mono,
          fontSize: 28,
          lineHeight: '36px',
          wordBreak: 'break-word',
        }}
      >
        {entry.network}
      </p>
      <p
        className="second"
        style={{ margin: '0 0 18px', color: shades.second.light, fontSize: 13.5, lineHeight: '20px' }}
      >
        {entry.label === null ? entry.server : `${entry.label}, ${entry.server}`}
      </p>
    </>
  );
}
