import { mailPaths } from './mail-links.ts';
import type { MailProps, MailTemplate } from './mail-template.ts';
import { ActionLink } from './parts/action-link.tsx';
import { Paragraph } from './parts/paragraph.tsx';
import { access } from './words/access.ts';

const words = access.roleChanged;

export function RoleChanged({ values, context }: MailProps<'role_changed'>) {
  const { account, role, by } = values;
  const toStaff = account === null;
  return (
    <>
      <Paragraph>{words.text(by, role, account)}</Paragraph>
      {role !== null && (
        <>
          <Paragraph>{words.roles[role]}</Paragraph>
          <ActionLink
            href={`${context.portalUrl}${toStaff ? mailPaths.adminRequests() : mailPaths.accountWhitelist()}`}
          >
            {toStaff ? words.staffAction : words.action}
          </ActionLink>
        </>
      )}
      <Paragraph quiet>{toStaff ? words.ask.staff : words.ask.account}</Paragraph>
    </>
  );
}

function subject({ values, context }: MailProps<'role_changed'>): string {
  const { account, role } = values;
  return account === null && role !== null
    ? words.staffSubject(role, context.platform)
    : words.subject(role, account ?? context.platform);
}

export const roleChanged: MailTemplate<'role_changed'> = {
  subject,
  preview: () => words.preview,
  status: () => ({ tone: 'review', word: words.status }),
  title: subject,
  Body: RoleChanged,
};
