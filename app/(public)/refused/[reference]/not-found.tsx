import { PublicShell } from '../../../../components/shell/public-shell.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { messages } from '../../../../lib/web/messages.ts';

const words = messages.refused;

/** A reference that is no longer readable says so, whatever is wrong with it. */
export default function UnreadableReference() {
  return (
    <PublicShell>
      <PageHeader title={words.unreadableTitle} lead={words.unreadable} />
    </PublicShell>
  );
}
