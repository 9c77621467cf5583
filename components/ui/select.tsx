import { ChevronDown } from 'lucide-react';
import { type ComponentPropsWithRef, useId } from 'react';
import { classNames } from './class-names.ts';
import { controlClass, describedBy, FieldFrame, type FieldProps, fieldIds } from './field.tsx';

export type SelectOption = { value: string; label: string };

export type SelectProps = FieldProps &
  Omit<ComponentPropsWithRef<'select'>, 'name' | 'id' | 'children'> & { options: readonly SelectOption[] };

/** The browser's own list: it works before JavaScript does and is at home on a phone. */
export function Select({
  name,
  label,
  description,
  error,
  optional,
  options,
  className,
  ...rest
}: SelectProps) {
  const ids = fieldIds(useId());
  return (
    <FieldFrame ids={ids} label={label} description={description} error={error} optional={optional}>
      <div className="relative">
        <select
          {...rest}
          {...describedBy(ids, { description, error })}
          name={name}
          className={classNames(controlClass, 'appearance-none pr-9', className)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-second"
        />
      </div>
    </FieldFrame>
  );
}
