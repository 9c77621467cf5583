import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type FieldProps = {
  name: string;
  label: string;
  description?: ReactNode;
  /** What is wrong with what was typed and what to do; shown beside the field and tied to it. */
  error?: ReactNode;
  /** The word beside the label of a field that may stay empty. */
  optional?: string;
};

export const controlClass =
  'w-full rounded-control border border-edge bg-surface px-3 py-[0.4375rem] text-ink transition-colors placeholder:text-second hover:border-second aria-invalid:border-out';

export type FieldIds = { control: string; description: string; error: string };

export function fieldIds(id: string): FieldIds {
  return { control: id, description: `${id}-description`, error: `${id}-error` };
}

/** The attributes that tie a control to what stands around it. */
export function describedBy(
  ids: FieldIds,
  { description, error }: { description?: ReactNode; error?: ReactNode },
) {
  const list = [error ? ids.error : null, description ? ids.description : null].filter(Boolean).join(' ');
  return {
    id: ids.control,
    'aria-describedby': list || undefined,
    'aria-invalid': error ? (true as const) : undefined,
  };
}

/** Label above, control, then what it means and what is wrong with it. */
export function FieldFrame({
  ids,
  label,
  description,
  error,
  optional,
  className,
  children,
}: Omit<FieldProps, 'name'> & { ids: FieldIds; className?: string; children: ReactNode }) {
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={ids.control} className="font-medium">
          {label}
        </label>
        {optional ? <span className="text-second text-small">{optional}</span> : null}
      </div>
      {children}
      <FieldError id={ids.error} error={error} />
      {description ? (
        <div id={ids.description} className="text-second text-small">
          {description}
        </div>
      ) : null}
    </div>
  );
}

export function FieldError({ id, error }: { id: string; error?: ReactNode }) {
  if (!error) return null;
  return (
    <div id={id} className="border-out border-l-2 pl-2.5 text-ink text-small">
      {error}
    </div>
  );
}
