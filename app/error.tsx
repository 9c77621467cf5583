'use client';

import { Failure, type FailureProps } from '../components/shell/failure.tsx';
import { PublicShell } from '../components/shell/public-shell.tsx';

export default function PageFailed(props: FailureProps) {
  return (
    <PublicShell>
      <Failure {...props} />
    </PublicShell>
  );
}
