import { common } from '../../lib/web/messages/common.ts';
import { domains } from '../../lib/web/messages/domains.ts';
import { takeover } from '../../lib/web/messages/takeover.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { ButtonLink } from '../ui/button-link.tsx';
import { CopyField } from '../ui/copy-field.tsx';

export type WaitingView =
  | { kind: 'proof'; id: string; name: string; network: string; proofAddress: string; href: string }
  | { kind: 'proof_lost'; id: string; name: string; href: string }
  | { kind: 'question'; id: string; name: string; question: string; href: string }
  | { kind: 'renew'; id: string; name: string; date: string; overdue: boolean; href: string }
  | { kind: 'ownership'; id: string; name: string; date: string; over: boolean; href: string }
  | { kind: 'domain'; id: string; name: string; date: string; href: string }
  | { kind: 'renew_many'; id: string; count: number; more: boolean; overdue: number; href: string }
  | { kind: 'confirm'; id: string; name: string; byStaff?: boolean; href: string };

const words = whitelist.waiting;
const shown = 3;

function says(item: WaitingView): { title: string; text: string; action: string } {
  switch (item.kind) {
    case 'proof':
      return { title: words.proofTitle(item.name), text: words.proofText(item.network), action: words.open };
    case 'proof_lost':
      return { title: words.proofLostTitle(item.name), text: words.proofLostText, action: words.open };
    case 'question':
      return { title: words.questionTitle(item.name), text: `“${item.question}”`, action: words.answer };
    case 'renew':
      return item.overdue
        ? { title: words.overdueTitle(item.name), text: words.overdueText(item.date), action: words.renew }
        : { title: words.renewTitle(item.name), text: words.renewText(item.date), action: words.renew };
    case 'domain':
      return {
        title: domains.missingTitle(item.name),
        text: domains.missingShort(item.date),
        action: domains.open,
      };
    case 'ownership':
      return {
        title: takeover.waitingTitle(item.name),
        text: item.over ? takeover.waitingOver : takeover.waitingText(item.date),
        action: takeover.waitingAction,
      };
    case 'renew_many':
      return {
        title: words.renewManyTitle(item.count, item.more),
        text: words.renewManyText(item.overdue),
        action: words.renew,
      };
    case 'confirm':
      return {
        title: words.confirmTitle(item.name),
        text: item.byStaff ? words.confirmForStaff : words.confirmText,
        action: words.confirm,
      };
  }
}

/** What is lost first if nobody acts stands first; a proof only keeps a request waiting. */
const urgency: Readonly<Record<WaitingView['kind'], number>> = {
  ownership: 0,
  domain: 1,
  proof_lost: 2,
  renew: 3,
  renew_many: 3,
  question: 4,
  confirm: 5,
  proof: 6,
};

/** What waits for the person, above the table, with the thing to copy or to open beside it. */
export function WaitingBanner({ items }: { items: readonly WaitingView[] }) {
  if (items.length === 0) return null;
  const sorted = items.toSorted((one, other) => urgency[one.kind] - urgency[other.kind]);
  const others = sorted.slice(shown);
  return (
    <section aria-label={words.region} className="rounded-card border border-waiting-line bg-waiting-soft">
      <ul>
        {sorted.slice(0, shown).map((item) => {
          const { title, text, action } = says(item);
          return (
            <li
              key={item.id}
              className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3 border-waiting-line px-5 py-4 not-first:border-t max-sm:px-4"
            >
              <div className="min-w-0 flex-1 basis-72">
                <p className="font-semibold">{title}</p>
                <p className="text-second">{text}</p>
              </div>
              {item.kind === 'proof' ? (
                <CopyField
                  value={item.proofAddress}
                  copyLabel={words.copyProof}
                  copiedLabel={common.copied}
                  className="max-sm:w-full"
                />
              ) : (
                <ButtonLink href={item.href}>{action}</ButtonLink>
              )}
            </li>
          );
        })}
      </ul>
      {others.length > 0 ? (
        <p className="border-waiting-line border-t px-5 py-2.5 text-second text-small">
          {others.some(({ kind }) => kind === 'domain')
            ? words.more(others.length)
            : words.moreBelow(others.length)}
        </p>
      ) : null}
    </section>
  );
}
