import { shades, type Tone, tones } from '../mail-style.ts';

/** Something that stands in the way, with what to do about it. */
export function NoticeBox({ tone, title, text }: { tone: Tone; title: string; text: string }) {
  return (
    <div
      className={`soft-${tone}`}
      style={{
        margin: '0 0 18px',
        padding: '12px 16px',
        borderRadius: 8,
        backgroundColor: tones[tone].soft.light,
      }}
    >
      <p
        className="ink"
        style={{ margin: 0, color: shades.ink.light, fontSize: 15, fontWeight: 600, lineHeight: '23px' }}
      >
        {title}
      </p>
      <p className="ink" style={{ margin: 0, color: shades.ink.light, fontSize: 14.5, lineHeight: '22px' }}>
        {text}
      </p>
    </div>
  );
}
