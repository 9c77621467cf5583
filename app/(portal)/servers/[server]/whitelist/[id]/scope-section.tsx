import { ActionButton } from '../../../../../../components/form/action-button.tsx';
import { Button } from '../../../../../../components/ui/button.tsx';
import { scopeView } from '../../../../../../components/whitelist/entry-view.ts';
import { ScopeCard } from '../../../../../../components/whitelist/scope-card.tsx';
import { ScopeForm } from '../../../../../../components/whitelist/scope-form.tsx';
import { scopeFormView } from '../../../../../../components/whitelist/scope-form-view.ts';
import type { Entry } from '../../../../../../db/queries/entries.ts';
import { listSenderDomains, planRate } from '../../../../../../db/queries/servers.ts';
import { isLive, isOpen } from '../../../../../../lib/domain/entry-lifecycle.ts';
import { mayInAccount, type Viewer } from '../../../../../../lib/domain/permissions.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { paths } from '../../../../../../lib/web/paths.ts';
import { portal } from '../../../../../../lib/web/portal.ts';
import { sandboxAction, scopeAction } from './scope-actions.ts';

const words = messages.scope;

type Props = { found: Entry; viewer: Viewer; clock: { now: number; timeZone: string } };

/** What the entry may send, and the form by which whoever may changes it. */
export async function ScopeSection({ found, viewer, clock }: Props) {
  const { database } = portal();
  const { entry, server } = found;
  const scope = scopeView(found, clock);
  const ended = !isOpen(entry.status) && !isLive(entry.status);
  if (ended) return <ScopeCard scope={scope} />;
  const domainsHref = paths.serverDomains(server.slug);
  if (!mayInAccount(viewer, entry.accountId, 'edit_entry')) {
    return (
      <ScopeCard
        scope={scope}
        domainsHref={domainsHref}
        change={<Button disabledReason={words.viewersLook}>{words.change}</Button>}
      />
    );
  }
  const [verified, rate] = await Promise.all([
    listSenderDomains(database, server.id),
    planRate(database, server.id),
  ]);
  const view = scopeFormView({
    now: entry,
    wish: entry.widerScope,
    verified,
    planRate: rate,
    open: isOpen(entry.status),
    server: server.slug,
  });
  const inSandbox = scope.sandboxUntil !== null;
  return (
    <ScopeCard
      scope={scope}
      domainsHref={domainsHref}
      change={
        <>
          <ScopeForm action={scopeAction.bind(null, entry.id)} view={view} />
          {isLive(entry.status) ? (
            <ActionButton
              action={sandboxAction.bind(null, entry.id)}
              label={inSandbox ? words.sandboxOff : words.sandboxOn}
              size="small"
              hidden={{ mode: inSandbox ? 'enforce' : 'sandbox' }}
              disabledReason={mayInAccount(viewer, entry.accountId, 'use_sandbox') ? null : words.ownersOnly}
            />
          ) : null}
        </>
      }
    />
  );
}
