import { type ComponentPropsWithRef, useId } from 'react';
import { classNames } from './class-names.ts';
import { controlClass, describedBy, FieldFrame, type FieldProps, fieldIds } from './field.tsx';

export type TextAreaProps = FieldProps & Omit<ComponentPropsWithRef<'textarea'>, 'name' | 'id' | 'children'>;

export function TextArea({
  name,
  label,
  description,
  error,
  optional,
  className,
  rows = 3,
  ...rest
}: TextAreaProps) {
  const ids = fieldIds(useId());
  return (
    <FieldFrame ids={ids} label={label} description={description} error={error} optional={optional}>
      <textarea
        {...rest}
        {...describedBy(ids, { description, error })}
        name={name}
        rows={rows}
        className={classNames(controlClass, 'block resize-y', className)}
      />
    </FieldFrame>
  );
}
