'use client';

import type { FormAction } from '../../lib/web/action-state.ts';
import { scope } from '../../lib/web/messages/scope.ts';
import { ReasonField } from '../form/reason-field.tsx';
import { FormOutcome } from '../form/refusal.tsx';
import { useActionForm } from '../form/use-action-form.ts';
import { Card } from '../ui/card.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import type { WishRow } from './wish-rows.ts';

const words = scope.wish;
const cell = 'py-1.5 pr-4 align-top [overflow-wrap:anywhere]';

/** What a live entry asks to be allowed besides, beside what it is allowed now, and the decision on it. */
export function WiderScope({
  action,
  revision,
  rows,
}: {
  /** Gets `verb` (`grant_scope` or `refuse_scope`), `reason` and `revision`. */
  action: FormAction;
  revision: number;
  /** None: nothing is asked for; then only what was just decided is said. */
  rows: readonly WishRow[];
}) {
  const { state, pending, formProps } = useActionForm(action);
  if (rows.length === 0) return state.status === 'done' ? <FormOutcome state={state} /> : null;
  return (
    <Card id="wider-scope" title={words.title} className="border-waiting-line">
      <table className="mb-4 w-full table-fixed border-collapse text-left">
        <caption className="sr-only">{words.title}</caption>
        <thead>
          <tr className="text-second text-small">
            {[words.what, words.now, words.wanted].map((heading) => (
              <th key={heading} scope="col" className="pb-1 font-normal">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.field} className="border-line border-t">
              <th scope="row" className={`${cell} font-normal text-second`}>
                {row.name}
              </th>
              <td className={cell}>{row.now}</td>
              <td className={`${cell} font-medium`}>{row.wanted}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <form {...formProps} aria-label={words.title} className="flex flex-col gap-3">
        <input type="hidden" name="revision" value={revision} />
        <ReasonField state={state} label={words.reason} />
        <FormOutcome state={state} fields={['reason']} />
        <div className="flex flex-wrap gap-1.5">
          <SubmitButton name="verb" value="grant_scope" pending={pending}>
            {words.grant}
          </SubmitButton>
          <SubmitButton name="verb" value="refuse_scope" variant="danger" pending={pending}>
            {words.refuse}
          </SubmitButton>
        </div>
      </form>
    </Card>
  );
}
