import type { Metadata } from 'next';
import { TokenForm } from '../../../../components/account/token-form.tsx';
import { ConfirmAction } from '../../../../components/form/confirm-action.tsx';
import { When } from '../../../../components/time/when.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { Table } from '../../../../components/ui/table.tsx';
import { listTokens } from '../../../../db/queries/tokens.ts';
import { mayMakeToken, tokenScopes, type Viewer } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { createTokenAction, revokeTokenAction } from './actions.ts';

const words = messages.account.tokens;

export const metadata: Metadata = { title: words.title };

/** Those that this person may make a token of. */
const scopesFor = (viewer: Viewer) => tokenScopes.filter((scope) => mayMakeToken(scope, viewer));

/** For everybody: whoever may make no token any more can still revoke those that they have. */
export default async function TokensPage() {
  const session = await requireViewer();
  const scopes = scopesFor(session.viewer);
  const tokens = await listTokens(portal().database, session.person.id);
  const clock = clockOf(session);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {tokens.length === 0 ? (
        <EmptyState title={words.emptyTitle}>
          {scopes.length === 0 ? words.ownersMake : words.empty}
        </EmptyState>
      ) : (
        <Table
          caption={words.caption}
          columns={[
            { key: 'name', heading: words.name },
            { key: 'made', heading: words.made, show: 'wide' },
            { key: 'used', heading: words.lastUsed, show: 'wide' },
            { key: 'expires', heading: words.expires, show: 'wide' },
            { key: 'revoke', heading: words.revoke, quiet: true, align: 'end' },
          ]}
          rows={tokens.map((token) => ({
            key: token.id,
            cells: {
              name: (
                <>
                  <span className="font-medium">{token.name}</span>
                  <span className="block text-second text-small">{words.scopes[token.scope]}</span>
                </>
              ),
              made: <When at={token.createdAt} clock={clock} as="date" />,
              used: token.lastUsedAt ? <When at={token.lastUsedAt} clock={clock} /> : words.unused,
              expires: token.expiresAt ? <When at={token.expiresAt} clock={clock} as="date" /> : words.never,
              revoke: (
                <ConfirmAction
                  action={revokeTokenAction}
                  label={words.revoke}
                  title={words.revokeTitle(token.name)}
                  text={words.revokeText}
                  hidden={{ token: token.id }}
                />
              ),
            },
          }))}
        />
      )}
      {scopes.length === 0 ? null : (
        <Card id="make" title={words.make}>
          <TokenForm action={createTokenAction} scopes={scopes} />
        </Card>
      )}
    </>
  );
}
