import { Check } from 'lucide-react';
import { type ComponentPropsWithRef, useId } from 'react';
import { describedBy, FieldError, type FieldProps, fieldIds } from './field.tsx';

export type CheckboxProps = Omit<FieldProps, 'optional'> &
  Omit<ComponentPropsWithRef<'input'>, 'name' | 'id' | 'type' | 'children'>;

/** A native checkbox in our look, so that a form works before JavaScript does. */
export function Checkbox({ name, label, description, error, className, ...rest }: CheckboxProps) {
  const ids = fieldIds(useId());
  return (
    <div className={className}>
      <div className="grid grid-cols-[1.25rem_1fr] gap-x-2.5">
        <span className="relative mt-0.5 grid size-4.5 place-items-center">
          <input
            {...rest}
            {...describedBy(ids, { description, error })}
            name={name}
            type="checkbox"
            className="peer size-4.5 cursor-pointer appearance-none rounded-chip border border-edge bg-surface transition-colors checked:border-in-force checked:bg-in-force hover:border-second aria-invalid:border-out forced-colors:appearance-auto"
          />
          <Check
            aria-hidden
            strokeWidth={3}
            className="pointer-events-none invisible absolute size-3 text-on-in-force peer-checked:visible forced-colors:hidden"
          />
        </span>
        <div className="flex flex-col gap-0.5">
          <label htmlFor={ids.control} className="cursor-pointer">
            {label}
          </label>
          {description ? (
            <div id={ids.description} className="text-second text-small">
              {description}
            </div>
          ) : null}
          <FieldError id={ids.error} error={error} />
        </div>
      </div>
    </div>
  );
}
