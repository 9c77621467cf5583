import { useId } from 'react';
import { FieldError, type FieldProps, fieldIds } from './field.tsx';
import type { SelectOption } from './select.tsx';

export type RadioGroupProps = FieldProps & {
  options: readonly (SelectOption & { description?: string })[];
  defaultValue?: string;
};

/** One of a few, all of them in sight. */
export function RadioGroup({
  name,
  label,
  description,
  error,
  optional,
  options,
  defaultValue,
}: RadioGroupProps) {
  const ids = fieldIds(useId());
  const described = [error ? ids.error : null, description ? ids.description : null]
    .filter(Boolean)
    .join(' ');
  return (
    <fieldset aria-describedby={described || undefined} className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1.5 flex w-full items-baseline justify-between gap-3 font-medium">
        {label}
        {optional ? <span className="font-normal text-second text-small">{optional}</span> : null}
      </legend>
      <div className="flex flex-col gap-2">
        {options.map((option) => (
          <div key={option.value} className="grid grid-cols-[1.25rem_1fr] gap-x-2.5">
            <input
              id={`${ids.control}-${option.value}`}
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === defaultValue}
              aria-describedby={option.description ? `${ids.control}-${option.value}-description` : undefined}
              className="mt-0.5 size-4.5 cursor-pointer appearance-none rounded-full border border-edge bg-surface transition-colors checked:border-[5px] checked:border-in-force hover:border-second forced-colors:appearance-auto"
            />
            <div>
              <label htmlFor={`${ids.control}-${option.value}`} className="cursor-pointer">
                {option.label}
              </label>
              {option.description ? (
                <p id={`${ids.control}-${option.value}-description`} className="text-second text-small">
                  {option.description}
                </p>
              ) : null}
            </div>
          </div>
        ))}
      </div>
      <FieldError id={ids.error} error={error} />
      {description ? (
        <div id={ids.description} className="text-second text-small">
          {description}
        </div>
      ) : null}
    </fieldset>
  );
}
