import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Button } from '../ui/button.tsx';
import { ButtonLink } from '../ui/button-link.tsx';
import { TextField } from '../ui/text-field.tsx';

const words = whitelist.list.find;

/** Finds something in a list of several pages. A plain GET form: what it finds can be linked. */
export function ListSearch({
  href,
  q,
  several,
  label = words.label,
}: {
  href: string;
  q: string;
  several: boolean;
  label?: string;
}) {
  if (!several && q === '') return null;
  return (
    <search>
      <form action={href} method="get" className="flex flex-wrap items-end gap-2">
        <TextField
          name="q"
          label={label}
          defaultValue={q}
          frameClassName="w-full max-w-[24rem]"
          maxLength={200}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <Button type="submit">{words.button}</Button>
        {q === '' ? null : (
          <ButtonLink href={href} variant="quiet">
            {words.clear}
          </ButtonLink>
        )}
      </form>
    </search>
  );
}
