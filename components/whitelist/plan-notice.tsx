import Link from 'next/link';
import { requestForm } from '../../lib/web/messages/request-form.ts';
import type { Sentence } from '../../lib/web/messages/requirements.ts';
import { paths } from '../../lib/web/paths.ts';
import { Notice } from '../ui/notice.tsx';

/** Why the subscription of a server lets nothing be whitelisted now: said before anybody fills in the form. */
export function PlanNotice({ saw, next }: Sentence) {
  return (
    <Notice tone="waiting" title={saw}>
      {next}{' '}
      <Link href={paths.help('which')} className="rounded-chip text-ink underline underline-offset-3">
        {requestForm.whatIsNeeded}
      </Link>
    </Notice>
  );
}
