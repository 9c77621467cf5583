'use client';

import { Failure, type FailureProps } from '../components/shell/failure.tsx';

export default function PageFailed(props: FailureProps) {
  return (
    <div className="mx-auto w-full max-w-[68rem] px-4 py-8 lg:px-8">
      <Failure {...props} />
    </div>
  );
}
