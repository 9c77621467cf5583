'use client';

import { publicPages } from '../../lib/web/messages/public.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

const words = publicPages.error;

export type FailureProps = { error: unknown; retry: () => void };

/** The number under which the server's log has the failure, if it happened there. */
function digestOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return null;
  return typeof error.digest === 'string' ? error.digest : null;
}

/** A page that failed: what that means for the mail, and what to do. */
export function Failure({ error, retry }: FailureProps) {
  const digest = digestOf(error);
  return (
    <div role="alert" className="flex flex-col items-start gap-5">
      <PageHeader title={words.title} lead={words.text} />
      <Button variant="primary" onClick={retry}>
        {words.retry}
      </Button>
      {digest ? <p className="text-second">{words.reference(digest)}</p> : null}
    </div>
  );
}
