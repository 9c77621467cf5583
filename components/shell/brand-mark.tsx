import { classNames } from '../ui/class-names.ts';

/** The postern: a small gate in a wall. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 20 20" className={classNames('size-5 text-in-force', className)}>
      <path
        d="M3 19V9a7 7 0 0 1 14 0v10"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="square"
      />
      <path d="M7 19v-7a3 3 0 0 1 6 0v7z" fill="currentColor" />
    </svg>
  );
}
