import type { ReactNode } from 'react';
import { Link } from 'react-email';
import {
  type MailAudience,
  mailKinds,
  mayBeTurnedOff,
  type TemplateKind,
} from '../../../lib/domain/mail-kinds.ts';
import type { MailAccount } from '../../../lib/domain/mail-values.ts';
import { mailPaths } from '../mail-links.ts';
import { shades } from '../mail-style.ts';
import type { MailContext } from '../mail-template.ts';
import { common } from '../words/common.ts';

type MailFooterProps = { kind: TemplateKind; account: MailAccount | null; context: MailContext };

/** Why it came, how to get less of it, whom to ask. */
export function MailFooter({ kind, account, context }: MailFooterProps) {
  const style = { color: shades.second.light, textDecoration: 'underline' };
  return (
    <>
      <Small>{why(kind, account, context)}</Small>
      {mayBeTurnedOff(kind) ? (
        <Small>
          {context.turnOffUrl !== null && (
            <>
              <Link href={context.turnOffUrl} className="second" style={style}>
                {common.turnOff}
              </Link>
              <br />
            </>
          )}
          <Link href={`${context.portalUrl}${mailPaths.notifications()}`} className="second" style={style}>
            {common.choose}
          </Link>
        </Small>
      ) : (
        <Small>
          {audienceOf(kind, account) === 'staff' ? common.partOfTheWork : common.cannotBeTurnedOff}
        </Small>
      )}
      <Small>
        {common.ask}{' '}
        <Link href={`mailto:${context.supportAddress}`} className="second" style={style}>
          {context.supportAddress}
        </Link>
      </Small>
    </>
  );
}

function audienceOf(kind: TemplateKind, account: MailAccount | null): MailAudience {
  if (kind === 'digest') return account === null ? 'staff' : 'account';
  return mailKinds[kind].audience;
}

function why(kind: TemplateKind, account: MailAccount | null, context: MailContext): string {
  const audience = audienceOf(kind, account);
  if (audience === 'staff') return common.whyStaff(context.platform);
  if (audience === 'account' && account !== null) return common.whyAccount(account.name, context.platform);
  return kind === 'invitation' ? common.whyInvited(context.platform) : common.whyPerson(context.platform);
}

function Small({ children }: { children: ReactNode }) {
  return (
    <p
      className="second"
      style={{ margin: '0 0 6px', color: shades.second.light, fontSize: 12.5, lineHeight: '19px' }}
    >
      {children}
    </p>
  );
}
