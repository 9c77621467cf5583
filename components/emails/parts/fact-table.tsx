import { mono, shades } from '../mail-style.ts';

export type Fact = { name: string; value: string; code?: boolean };

/** Names and values side by side; beneath each other where the screen is narrow. */
export function FactTable({ facts }: { facts: readonly Fact[] }) {
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding={0}
      cellSpacing={0}
      border={0}
      className="stack"
      data-text-format="dataTable"
      style={{ margin: '0 0 16px' }}
    >
      <tbody>
        {facts.map(({ name, value, code }, index) => (
          <tr key={name}>
            <td
              className="second rule name"
              style={{ ...cell(index), width: 136, paddingRight: 16, color: shades.second.light }}
            >
              {name}
            </td>
            <td
              className="ink rule value"
              style={{
                ...cell(index),
                color: shades.ink.light,
                wordBreak: 'break-word',
                ...(code ? { fontFamily: mono } : {}),
              }}
            >
              {value}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cell(index: number) {
  return {
    padding: '7px 0',
    fontSize: 14,
    lineHeight: '21px',
    verticalAlign: 'top',
    borderTop: index === 0 ? '0' : `1px solid ${shades.line.light}`,
  } as const;
}
