import { VerdictChanges } from '../../../../components/policy/verdict-changes.tsx';
import { Notice } from '../../../../components/ui/notice.tsx';
import type { LiveSession } from '../../../../db/queries/sessions.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { type PolicyDraft, previewDraft } from '../../../../lib/web/policy-draft.ts';

/** Looks at every open and live entry under the changed policy. Slow, so it arrives after the rest of the page. */
export async function PreviewedEntries({
  session,
  changes,
  now,
}: {
  session: LiveSession;
  changes: PolicyDraft;
  now: number;
}) {
  const preview = await previewDraft(session, changes, new Date(now));
  if (!preview.ok) return <Notice tone="out">{messages.policy.refusals.draft.message}</Notice>;
  return (
    <VerdictChanges
      looked={preview.looked}
      total={preview.total}
      complete={preview.complete}
      changes={preview.changed.map(({ server: _, ...change }) => ({
        ...change,
        href: change.live ? paths.adminEntry(change.entryId) : paths.adminRequest(change.entryId),
      }))}
    />
  );
}
