import type { Metadata } from 'next';
import { PublicShell } from '../components/shell/public-shell.tsx';
import { ButtonLink } from '../components/ui/button-link.tsx';
import { PageHeader } from '../components/ui/page-header.tsx';
import { publicPages } from '../lib/web/messages/public.ts';
import { paths } from '../lib/web/paths.ts';

const words = publicPages.notFound;

export const metadata: Metadata = { title: words.title };

export default function NotFound() {
  return (
    <PublicShell>
      <PageHeader title={words.title} lead={words.text} />
      <div>
        <ButtonLink href={paths.home()}>{words.action}</ButtonLink>
      </div>
    </PublicShell>
  );
}
