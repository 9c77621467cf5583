import type { RedactedSample } from '../../lib/domain/mail-values.ts';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';

/** One message as its owner may see it: enough to find the device. */
export function SampleLine({ sample, clock }: { sample: RedactedSample; clock: Clock }) {
  return (
    <div className="rounded-control border border-line bg-sunken px-3 py-2 text-small">
      <p className="[overflow-wrap:anywhere]">“{sample.subject}”</p>
      <p className="text-second [overflow-wrap:anywhere]">
        <span className="font-mono">{sample.sender}</span> →{' '}
        <span className="font-mono">{sample.recipient}</span>,{' '}
        <When at={sample.at} clock={clock} as="moment" />
      </p>
    </div>
  );
}
