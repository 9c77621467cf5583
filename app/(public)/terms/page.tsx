import type { Metadata } from 'next';
import { connection } from 'next/server';
import { Sections } from '../../../components/prose/sections.tsx';
import { PublicShell } from '../../../components/shell/public-shell.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { defaultPolicy, termsVersion } from '../../../lib/domain/policy.ts';
import { publicPages } from '../../../lib/web/messages/public.ts';
import { termsSections } from '../../../lib/web/messages/terms.ts';
import { portal } from '../../../lib/web/portal.ts';

const words = publicPages.terms;

export const metadata: Metadata = {
  title: words.title,
  description: words.description,
  robots: { index: true, follow: true },
};

export default async function Terms() {
  // The platform's name is that of the running portal, not of its build.
  await connection();
  const { environment } = portal();
  const own = `${environment.portalUrl}/terms`;
  return (
    <PublicShell>
      <PageHeader title={words.title} lead={words.description} above={words.version(termsVersion)} />
      <article className="flex max-w-[42rem] flex-col gap-8">
        <Sections
          sections={termsSections({
            platform: environment.platformName,
            coolDownDays: defaultPolicy.coolDownDays,
          })}
        />
        {environment.termsUrl === own ? null : (
          <p className="text-second">
            {words.platform}{' '}
            <a href={environment.termsUrl} className="rounded-chip text-ink underline underline-offset-3">
              {words.platformLink}
            </a>
          </p>
        )}
      </article>
    </PublicShell>
  );
}
