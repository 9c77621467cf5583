import { Button, Section } from 'react-email';
import { sans, shades, tones } from '../mail-style.ts';

/** The one thing to do. Its address stands in the text part and under the button's name. */
export function ActionLink({ href, children }: { href: string; children: string }) {
  return (
    <Section style={{ margin: '6px 0 18px' }}>
      <Button
        href={href}
        className="action"
        style={{
          padding: '11px 18px',
          borderRadius: 8,
          backgroundColor: tones.force.ink.light,
          color: shades.onAccent.light,
          fontFamily: sans,
          fontSize: 15,
          fontWeight: 600,
        }}
      >
        {children}
      </Button>
    </Section>
  );
}
