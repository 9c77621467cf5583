import type { ReactNode } from 'react';
import { Text } from 'react-email';
import { shades } from '../mail-style.ts';

/** Running text. `quiet` for what is secondary. */
export function Paragraph({ children, quiet = false }: { children: ReactNode; quiet?: boolean }) {
  return (
    <Text
      className={quiet ? 'second' : 'ink'}
      style={{
        margin: '0 0 14px',
        color: quiet ? shades.second.light : shades.ink.light,
        fontSize: quiet ? 13.5 : 15,
        lineHeight: quiet ? '20px' : '23px',
      }}
    >
      {children}
    </Text>
  );
}
