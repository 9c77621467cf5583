import { classNames } from './class-names.ts';

export type ButtonVariant = 'primary' | 'secondary' | 'danger' | 'quiet';
export type ButtonSize = 'regular' | 'small';

const variants = {
  primary: 'border-transparent bg-in-force text-on-in-force hover:bg-in-force-strong',
  secondary: 'border-line-strong bg-surface text-ink hover:bg-sunken',
  danger: 'border-line-strong bg-surface text-out hover:border-out hover:bg-out-soft',
  quiet: 'border-transparent bg-transparent text-ink hover:bg-sunken',
} as const satisfies Record<ButtonVariant, string>;

const inert = 'cursor-not-allowed border-line bg-sunken text-second';

const sizes = {
  regular: 'min-h-9 px-3.5 has-[kbd]:gap-1.5 has-[kbd]:px-3 text-body pointer-coarse:min-h-11',
  small: 'min-h-7 px-2.5 text-small pointer-coarse:min-h-11',
} as const satisfies Record<ButtonSize, string>;

/** The look of everything that is pressed, be it a button or a link. */
export function buttonClass(
  variant: ButtonVariant = 'secondary',
  size: ButtonSize = 'regular',
  disabled = false,
): string {
  return classNames(
    'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control border font-medium transition-colors print:hidden',
    sizes[size],
    disabled ? inert : variants[variant],
  );
}
