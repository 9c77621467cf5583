'use client';

import './globals.css';
import { Failure, type FailureProps } from '../components/shell/failure.tsx';
import { publicPages } from '../lib/web/messages/public.ts';

/** The root layout itself failed, so this brings its own document. */
export default function PortalFailed(props: FailureProps) {
  return (
    <html lang="en">
      <body>
        <title>{publicPages.error.title}</title>
        <main className="mx-auto w-full max-w-[68rem] px-4 py-8 lg:px-8">
          <Failure {...props} />
        </main>
      </body>
    </html>
  );
}
