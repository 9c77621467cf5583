import { classNames } from './class-names.ts';

/** The place of something that is on its way. The region around it carries aria-busy and the words. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={classNames('block animate-pulse rounded-chip bg-line motion-reduce:animate-none', className)}
    />
  );
}
