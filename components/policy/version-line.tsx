import { policy as words } from '../../lib/web/messages/policy.ts';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';

/** Which version, since when, by whom and why. */
export function VersionLine({
  version,
  by,
  at,
  note,
  clock,
}: {
  version: number;
  by: string | null;
  at: number;
  note: string;
  clock: Clock;
}) {
  return (
    <>
      <span className="font-medium text-ink">{words.version(version)}</span> {words.since}{' '}
      <When at={at} clock={clock} as="moment" />, {by === null ? words.byInstallation : words.by(by)}
      {note === '' ? null : `: “${note}”`}
    </>
  );
}
