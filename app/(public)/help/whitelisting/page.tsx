import type { Metadata } from 'next';
import { connection } from 'next/server';
import { Contents } from '../../../../components/prose/contents.tsx';
import { Sections } from '../../../../components/prose/sections.tsx';
import { SmtpRepliesTable } from '../../../../components/prose/smtp-replies-table.tsx';
import { PublicShell } from '../../../../components/shell/public-shell.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { helpSections } from '../../../../lib/web/messages/help.ts';
import { publicPages } from '../../../../lib/web/messages/public.ts';
import { portal } from '../../../../lib/web/portal.ts';

const words = publicPages.help;

export const metadata: Metadata = {
  title: words.title,
  description: words.description,
  robots: { index: true, follow: true },
};

export default async function WhitelistingHelp() {
  // The names and ports are those of the running portal, not of its build.
  await connection();
  const { environment } = portal();
  const sections = helpSections({
    platform: environment.platformName,
    smtpHost: environment.smtpPublicName,
    smtpPorts: environment.smtpPorts,
    smtpTlsPorts: environment.smtpTlsPorts,
    supportAddress: environment.supportAddress,
  });
  return (
    <PublicShell>
      <PageHeader title={words.title} lead={words.description} />
      <div className="grid gap-10 lg:grid-cols-[minmax(0,42rem)_1fr]">
        <article className="flex min-w-0 flex-col gap-9">
          <Sections sections={sections} />
          <SmtpRepliesTable />
        </article>
        <div className="max-lg:hidden">
          <Contents title={words.contents} sections={sections} />
        </div>
      </div>
    </PublicShell>
  );
}
