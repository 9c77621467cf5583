'use client';

import { requestForm } from '../../lib/web/messages/request-form.ts';
import { buttonClass } from '../ui/button-class.ts';

/** What would be taken instead: one press fills the field, the person still sends it. */
export function Suggestions({ values, fill }: { values: readonly string[]; fill: (value: string) => void }) {
  if (values.length === 0) return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2">
      <span className="text-second">{requestForm.tryThese}</span>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          className={buttonClass('secondary', 'small')}
          onClick={() => fill(value)}
        >
          <span className="font-mono">{value}</span>
        </button>
      ))}
    </div>
  );
}
