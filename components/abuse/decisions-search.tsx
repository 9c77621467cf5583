import { abuse } from '../../lib/web/messages/abuse.ts';
import { staff } from '../../lib/web/messages/staff.ts';
import { paths } from '../../lib/web/paths.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = staff.entries;

/** Everything that somebody decided, or that lies in a network. A plain GET form: the result can be linked. */
export function DecisionsSearch() {
  return (
    <search>
      <form action={paths.adminEntries()} method="get" className="flex flex-col gap-3">
        <TextField
          name="decidedBy"
          type="email"
          label={words.decidedBy}
          description={words.decidedByHint}
          autoComplete="off"
        />
        <TextField
          name="network"
          label={words.within}
          description={words.withinHint}
          mono
          autoComplete="off"
          spellCheck={false}
        />
        <div>
          <Button type="submit">{abuse.incident.decisions.submit}</Button>
        </div>
      </form>
    </search>
  );
}
