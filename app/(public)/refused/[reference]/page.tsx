import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RefusalExplanation } from '../../../../components/refused/refusal-explanation.tsx';
import { PublicShell } from '../../../../components/shell/public-shell.tsx';
import { messages } from '../../../../lib/web/messages.ts';
import { openOurReference } from '../../../../lib/web/open-reference.ts';
import { portal } from '../../../../lib/web/portal.ts';

type Props = { params: Promise<{ reference: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  if (!(await openedOf(params)).ok) notFound();
  return { title: messages.refused.lead, robots: { index: false, follow: false }, referrer: 'no-referrer' };
}

async function openedOf(params: Props['params']) {
  return openOurReference(decodeURIComponent((await params).reference), new Date());
}

/** Whoever has the reference reads what it carries, and nothing else: no row is looked up. */
export default async function RefusedPage({ params }: { params: Promise<{ reference: string }> }) {
  const { environment } = portal();
  const now = new Date();
  const reference = decodeURIComponent((await params).reference);
  const opened = openOurReference(reference, now);
  if (!opened.ok) notFound();
  const { rule, address, at, node } = opened.refusal;
  return (
    <PublicShell>
      <RefusalExplanation
        clock={{ now: now.getTime(), timeZone: 'UTC' }}
        supportAddress={environment.supportAddress}
        refusal={{ reference, code: rule, address, at: at.getTime(), node: node || null }}
      />
    </PublicShell>
  );
}
