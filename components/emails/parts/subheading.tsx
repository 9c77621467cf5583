import { Heading } from 'react-email';
import { shades } from '../mail-style.ts';

export function Subheading({ children }: { children: string }) {
  return (
    <Heading
      as="h2"
      className="ink"
      style={{
        margin: '22px 0 8px',
        color: shades.ink.light,
        fontSize: 15,
        fontWeight: 600,
        lineHeight: '22px',
      }}
    >
      {children}
    </Heading>
  );
}
