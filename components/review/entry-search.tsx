import { staff } from '../../lib/web/messages/staff.ts';
import { paths } from '../../lib/web/paths.ts';
import { Button } from '../ui/button.tsx';
import { ButtonLink } from '../ui/button-link.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Select, type SelectOption } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';

export type EntrySearchProps = {
  values: { address?: string; account?: string; status?: string; network?: string; decidedBy?: string };
  statuses: readonly SelectOption[];
  /** What is wrong with the address that was typed. */
  addressError?: string;
  networkError?: string;
  decidedByError?: string;
};

const words = staff.entries;

/** Finds entries by an address that they cover, or by account. A plain GET form: the result can be linked. */
export function EntrySearch({
  values,
  statuses,
  addressError,
  networkError,
  decidedByError,
}: EntrySearchProps) {
  const searched = Object.values(values).some(Boolean);
  return (
    <search>
      <form
        action={paths.adminEntries()}
        method="get"
        className="grid items-start gap-4 sm:grid-cols-[1.4fr_1.2fr_1fr_auto]"
      >
        <TextField
          name="address"
          label={words.address}
          defaultValue={values.address}
          error={addressError}
          mono
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField name="account" label={words.account} defaultValue={values.account} autoComplete="off" />
        <Select
          name="status"
          label={words.status}
          defaultValue={values.status ?? ''}
          options={[{ value: '', label: words.anyStatus }, ...statuses]}
        />
        <div className="flex gap-2 sm:pt-[1.6875rem]">
          <Button type="submit" variant="primary">
            {words.search}
          </Button>
          {searched ? (
            <ButtonLink href={paths.adminEntries()} variant="quiet">
              {words.clear}
            </ButtonLink>
          ) : null}
        </div>
        <Disclosure
          summary={words.more}
          open={Boolean(values.network || values.decidedBy)}
          className="sm:col-span-full"
          summaryClassName="w-fit rounded-chip"
        >
          <div className="mt-3 grid items-start gap-4 sm:grid-cols-2">
            <TextField
              name="decidedBy"
              type="email"
              label={words.decidedBy}
              description={words.decidedByHint}
              defaultValue={values.decidedBy}
              error={decidedByError}
              autoComplete="off"
            />
            <TextField
              name="network"
              label={words.within}
              description={words.withinHint}
              defaultValue={values.network}
              error={networkError}
              mono
              autoComplete="off"
              spellCheck={false}
            />
          </div>
        </Disclosure>
      </form>
    </search>
  );
}
