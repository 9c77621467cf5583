/** A key. `decorative` where the control itself already announces it (aria-keyshortcuts). */
export function Kbd({ children, decorative = false }: { children: string; decorative?: boolean }) {
  return (
    <kbd
      aria-hidden={decorative || undefined}
      className="inline-flex min-w-[1.125rem] items-center justify-center rounded-chip border border-current/35 px-1 font-mono text-[0.6875rem] leading-[1.125rem] pointer-coarse:hidden"
    >
      {children}
    </kbd>
  );
}
