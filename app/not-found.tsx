import type { Metadata } from 'next';
import { NothingHere } from '../components/shell/nothing-here.tsx';
import { PublicShell } from '../components/shell/public-shell.tsx';
import { publicPages } from '../lib/web/messages/public.ts';

export const metadata: Metadata = { title: publicPages.notFound.title };

export default function NotFound() {
  return (
    <PublicShell>
      <NothingHere />
    </PublicShell>
  );
}
