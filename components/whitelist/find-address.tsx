import Link from 'next/link';
import { common } from '../../lib/web/messages/common.ts';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import { paths } from '../../lib/web/paths.ts';
import { When } from '../time/when.tsx';
import { Code } from '../ui/code.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import type { Clock } from '../ui/relative-time.ts';

export type FindAddressProps = {
  clock: Clock;
  server: string;
  /** Whatever sends to it shows from where it comes. */
  sendTo: string;
  senderDomains: readonly string[];
  /** What has come lately, newest first. */
  came: readonly { id: string; from: string; ehlo: string | null; at: number }[];
};

const words = requestForm.find;
const link = 'rounded-chip underline decoration-line-strong underline-offset-3 hover:decoration-current';

/** For whoever does not know the address: the device sends once, and we say from where that came. */
export function FindAddress({ clock, server, sendTo, senderDomains, came }: FindAddressProps) {
  return (
    <Disclosure
      summary={words.summary}
      open={came.length > 0}
      className="mb-6 max-w-[40rem]"
      summaryClassName="rounded-chip"
    >
      <div className="mt-3 rounded-card border border-line bg-surface p-5">
        <p className="mb-2.5 text-second">{words.text}</p>
        <CopyField value={sendTo} copyLabel={words.copy} copiedLabel={common.copied} />
        <p className="mt-2.5 text-second">{words.fromDomain(senderDomains.join(', '))}</p>
        {came.length === 0 ? (
          <p className="mt-4 text-second">{words.nothing}</p>
        ) : (
          <ul className="mt-4 flex flex-col gap-2">
            {came.map(({ id, from, ehlo, at }) => (
              <li key={id} className="flex flex-wrap items-baseline gap-x-3">
                <span>
                  {words.came} <Code>{from}</Code>
                  {ehlo ? ` ${words.as(ehlo)}` : null}
                </span>
                <span className="text-second text-small">
                  <When at={at} clock={clock} />
                </span>
                <Link href={paths.newRequest(server, { network: from })} className={link}>
                  {words.use(from)}
                </Link>
              </li>
            ))}
          </ul>
        )}
        <p className="mt-4">
          <Link href={paths.newRequest(server)} prefetch={false} className={link}>
            {words.again}
          </Link>
        </p>
      </div>
    </Disclosure>
  );
}
