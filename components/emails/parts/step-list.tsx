import { shades } from '../mail-style.ts';

/** What to do, in order. */
export function StepList({ steps }: { steps: readonly string[] }) {
  return (
    <ol
      className="ink"
      style={{
        margin: '0 0 16px',
        paddingLeft: 22,
        color: shades.ink.light,
        fontSize: 15,
        lineHeight: '23px',
      }}
    >
      {steps.map((step) => (
        <li key={step} style={{ margin: '0 0 6px' }}>
          {step}
        </li>
      ))}
    </ol>
  );
}
