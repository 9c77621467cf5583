import { mono, shades } from '../mail-style.ts';

/** One value to be copied or typed elsewhere. */
export function CopyBox({ children }: { children: string }) {
  return (
    <p
      className="sunken ink"
      style={{
        margin: '0 0 16px',
        padding: '12px 14px',
        border: `1px solid ${shades.line.light}`,
        borderRadius: 8,
        backgroundColor: shades.sunken.light,
        color: shades.ink.light,
        fontFamily: mono,
        fontSize: 17,
        lineHeight: '24px',
        wordBreak: 'break-all',
      }}
    >
      {children}
    </p>
  );
}
