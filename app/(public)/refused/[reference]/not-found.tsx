import type { Metadata } from 'next';
import { PublicShell } from '../../../../components/shell/public-shell.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.refused;

export const metadata: Metadata = {
  title: words.unreadableTitle,
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
};

/** A reference that is no longer readable says so, whatever is wrong with it. */
export default function UnreadableReference() {
  return (
    <PublicShell>
      <PageHeader title={words.unreadableTitle} lead={words.unreadable} />
    </PublicShell>
  );
}
