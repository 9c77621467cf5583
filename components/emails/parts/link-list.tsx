import { Link } from 'react-email';
import { mono, shades } from '../mail-style.ts';
import { common } from '../words/common.ts';

export type LinkItem = { key: string; text: string; href: string | null; note: string; code?: boolean };

/** Things with one line each beneath them; `more` counts those that are not named. */
export function LinkList({ items, more = 0 }: { items: readonly LinkItem[]; more?: number }) {
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding={0}
      cellSpacing={0}
      border={0}
      style={{ margin: '0 0 16px' }}
    >
      <tbody>
        {items.map(({ key, text, href, note, code }) => (
          <tr key={key}>
            <td className="rule" style={{ ...cell, lineHeight: '21px' }}>
              {href === null ? (
                <span className="ink" style={{ color: shades.ink.light, fontSize: 15 }}>
                  {text}
                </span>
              ) : (
                <Link
                  href={href}
                  className="ink"
                  style={{
                    color: shades.ink.light,
                    fontSize: 15,
                    textDecoration: 'underline',
                    wordBreak: 'break-word',
                    ...(code ? { fontFamily: mono } : {}),
                  }}
                >
                  {text}
                </Link>
              )}
              <br />
              <span className="second" style={{ color: shades.second.light, fontSize: 13.5 }}>
                {note}
              </span>
            </td>
          </tr>
        ))}
        {more > 0 && (
          <tr>
            <td className="second rule" style={{ ...cell, color: shades.second.light, fontSize: 13.5 }}>
              {common.more(more)}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

const cell = { padding: '9px 0', borderTop: `1px solid ${shades.line.light}` } as const;
