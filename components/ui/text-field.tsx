import { type ComponentPropsWithRef, useId } from 'react';
import { classNames } from './class-names.ts';
import { controlClass, describedBy, FieldFrame, type FieldProps, fieldIds } from './field.tsx';

export type TextFieldProps = FieldProps &
  Omit<ComponentPropsWithRef<'input'>, 'name' | 'id' | 'children'> & {
    /** For what is read letter by letter: addresses, codes. */
    mono?: boolean;
    frameClassName?: string;
  };

export function TextField({
  name,
  label,
  description,
  error,
  optional,
  mono = false,
  className,
  frameClassName,
  type = 'text',
  ...rest
}: TextFieldProps) {
  const ids = fieldIds(useId());
  return (
    <FieldFrame
      ids={ids}
      label={label}
      description={description}
      error={error}
      optional={optional}
      className={frameClassName}
    >
      <input
        {...rest}
        {...describedBy(ids, { description, error })}
        name={name}
        type={type}
        className={classNames(controlClass, mono && 'font-mono text-mono', className)}
      />
    </FieldFrame>
  );
}
