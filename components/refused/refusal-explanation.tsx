import type { RefusalCode } from '../../lib/domain/refusal-codes.ts';
import { common } from '../../lib/web/messages/common.ts';
import { refused } from '../../lib/web/messages/refused.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { type DescriptionItem, DescriptionList } from '../ui/description-list.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Address } from '../whitelist/address.tsx';

export type RefusalView = {
  reference: string;
  code: RefusalCode;
  /** The client's own address, as the reference carries it. */
  address: string | null;
  at: number;
  node: string | null;
};

export type RefusalExplanationProps = { refusal: RefusalView; supportAddress: string; clock: Clock };

/** What a reference stands for: what was seen, which rule, what to do. Nothing about any account. */
export function RefusalExplanation({ refusal, supportAddress, clock }: RefusalExplanationProps) {
  const words = refused.codes[refusal.code];
  const facts: DescriptionItem[] = [];
  if (refusal.address) facts.push({ term: refused.address, value: <Address network={refusal.address} /> });
  // Nobody is signed in: the time is in no zone of theirs, and has to name its own.
  facts.push({ term: refused.at, value: <When at={refusal.at} clock={clock} as="exact" /> });
  if (refusal.node) facts.push({ term: refused.node, value: refusal.node });
  const parts = [
    { title: refused.saw, text: words.saw },
    { title: refused.rule, text: words.rule },
    { title: refused.next, text: words.next },
  ];
  return (
    <article className="flex max-w-[44rem] flex-col gap-6">
      <header>
        <p className="mb-1 text-second">{refused.lead}</p>
        <h1 className="font-semibold text-title tracking-[-0.015em]">{words.title}</h1>
      </header>
      <Card>
        <dl className="flex flex-col gap-4">
          {parts.map((part) => (
            <div key={part.title}>
              <dt className="text-second text-small">{part.title}</dt>
              <dd className="text-lead">{part.text}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <DescriptionList items={facts} />
      <div className="flex flex-col items-start gap-2">
        <p className="text-second">{refused.askSupport(supportAddress)}</p>
        <CopyField
          value={refusal.reference}
          copyLabel={refused.copyReference}
          copiedLabel={common.copied}
          className="text-small"
        />
      </div>
    </article>
  );
}
