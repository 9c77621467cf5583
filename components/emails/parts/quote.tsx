import { Fragment } from 'react';
import { shades } from '../mail-style.ts';

/** What a person wrote, as it was written: set apart, so that nobody takes it for ours. */
export function Quote({ children }: { children: string }) {
  return (
    <blockquote
      className="sunken ink"
      style={{
        margin: '0 0 16px',
        padding: '12px 16px',
        borderLeft: `3px solid ${shades.line.light}`,
        borderRadius: 4,
        backgroundColor: shades.sunken.light,
        color: shades.ink.light,
        fontSize: 15,
        lineHeight: '23px',
        wordBreak: 'break-word',
      }}
    >
      {children.split(/\r\n|\r|\n/).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have nothing but their place.
        <Fragment key={index}>
          {index > 0 && <br />}
          {line}
        </Fragment>
      ))}
    </blockquote>
  );
}
