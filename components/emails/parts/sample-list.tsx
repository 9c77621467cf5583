import type { RedactedSample } from '../../../lib/domain/mail-values.ts';
import { mono, shades } from '../mail-style.ts';
import { momentText } from '../mail-time.ts';
import { force } from '../words/force.ts';
import { Subheading } from './subheading.tsx';

const MOST_SAMPLES = 3;

/** A few of the messages, so that the device can be found: shortened, nothing in them to read. */
export function SampleList({ samples, timeZone }: { samples: readonly RedactedSample[]; timeZone: string }) {
  if (samples.length === 0) return null;
  return (
    <>
      <Subheading>
        {samples.length >= MOST_SAMPLES ? force.removed.samples : force.removed.samplesFew}
      </Subheading>
      {samples.slice(0, MOST_SAMPLES).map((sample) => (
        <div
          key={`${sample.at} ${sample.recipient} ${sample.subject}`}
          className="sunken"
          style={{
            margin: '0 0 8px',
            padding: '10px 14px',
            border: `1px solid ${shades.line.light}`,
            borderRadius: 8,
            backgroundColor: shades.sunken.light,
          }}
        >
          <p
            className="ink"
            style={{ margin: 0, color: shades.ink.light, fontSize: 14.5, lineHeight: '21px' }}
          >
            “{sample.subject}”
          </p>
          <p
            className="second"
            style={{
              margin: 0,
              color: shades.second.light,
              fontFamily: mono,
              fontSize: 12.5,
              lineHeight: '19px',
              wordBreak: 'break-word',
            }}
          >
            {sample.sender} → {sample.recipient}
            <br />
            {momentText(sample.at, timeZone)}
          </p>
        </div>
      ))}
    </>
  );
}
