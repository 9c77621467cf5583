import { useId } from 'react';
import { classNames } from '../ui/class-names.ts';
import { controlClass, FieldError } from '../ui/field.tsx';

/** A number in a table of settings: its column and row name it. */
export function NumberCell({
  name,
  label,
  value,
  error,
}: {
  name: string;
  label: string;
  value: string;
  error: string | undefined;
}) {
  const errorId = useId();
  return (
    <div className="ml-auto w-20">
      <input
        type="text"
        inputMode="decimal"
        name={name}
        aria-label={label}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={error === undefined ? undefined : errorId}
        defaultValue={value}
        autoComplete="off"
        className={classNames(controlClass, 'text-right tabular-nums')}
      />
      <FieldError id={errorId} error={error} />
    </div>
  );
}
