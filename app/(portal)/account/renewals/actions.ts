'use server';

import { z } from 'zod';
import { type Renewal, type RenewedEntries, renewEntries } from '../../../../lib/operations/renew-entries.ts';
import { action } from '../../../../lib/web/action.ts';
import { day, textList } from '../../../../lib/web/form-fields.ts';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.renewals;

const schema = z.looseObject({ id: textList.pipe(z.array(z.string().max(100)).max(500)) });

type Form = z.output<typeof schema>;

/** Of a leased address the form has a date; one that is not a date is left to the operation as the known one. */
function renewalOf(form: Form, id: string): Renewal {
  const leaseEnd = day.safeParse(form[`lease_end.${id}`]);
  return leaseEnd.success ? { id, leaseEnd: leaseEnd.data } : { id };
}

function notRenewed({ refused }: RenewedEntries): string {
  const reasons = Map.groupBy(refused, ({ refusal }) => {
    if (refusal.code === 'invalid') return words.why.lease_end;
    if (refusal.code === 'state_forbids' || refusal.code === 'not_allowed') return words.why[refusal.code];
    return words.why.otherwise;
  });
  return [...reasons].map(([why, list]) => `${list.length}, ${why}`).join('; ');
}

export const renewAction = action({
  schema,
  run: (form, context) => renewEntries({ ...context, renewals: form.id.map((id) => renewalOf(form, id)) }),
  done: (result) =>
    [
      words.renewed(result.renewed.length),
      ...(result.refused.length === 0 ? [] : [words.notRenewed(notRenewed(result))]),
    ].join(' '),
  words: (refusal) =>
    refusal.code === 'invalid' && refusal.reason === 'empty'
      ? { ...words.none, field: undefined }
      : undefined,
});
