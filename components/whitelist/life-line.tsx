import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { classNames } from '../ui/class-names.ts';
import type { LifeLineView, LifeStep, StepState } from './life-steps.ts';

const words = whitelist.life;

const dots = {
  done: 'border-in-force bg-in-force',
  current: 'border-waiting bg-waiting-soft',
  ahead: 'border-line-strong bg-page',
  failed: 'border-out bg-out',
} as const satisfies Record<StepState, string>;

const spoken = {
  done: words.done,
  current: words.current,
  ahead: words.ahead,
  failed: words.failed,
} as const satisfies Record<StepState, string>;

function Step({ step, here, last }: { step: LifeStep; here: boolean; last: boolean }) {
  return (
    <li
      aria-current={here ? 'step' : undefined}
      className={classNames(
        'relative flex gap-3 pb-4 last:pb-0 md:block md:pt-6 md:pb-0',
        last ? 'md:w-48 md:shrink-0' : 'md:flex-1',
      )}
    >
      {last ? null : (
        <span
          aria-hidden
          className={classNames(
            'absolute top-2 bottom-0 left-[7px] w-0.5 md:top-[7px] md:right-0 md:bottom-auto md:left-0 md:h-0.5 md:w-auto',
            step.state === 'done' ? 'ground-kept bg-in-force' : 'bg-line-strong',
          )}
        />
      )}
      <span
        aria-hidden
        className={classNames(
          'ground-kept relative z-1 mt-0.5 size-4 shrink-0 rounded-full border-2 md:absolute md:top-0 md:left-0 md:mt-0',
          dots[step.state],
        )}
      />
      <div className="min-w-0 md:pr-3">
        <p
          className={classNames(
            'font-medium text-[0.8125rem]',
            step.state === 'ahead' && 'text-second',
            step.state === 'failed' && 'text-out',
          )}
        >
          {words[step.key]}
          <span className="sr-only">, {spoken[step.state]}</span>
        </p>
        <p className="text-second text-small">{step.detail}</p>
      </div>
    </li>
  );
}

/** Requested, Evidence, Proof, Review, In force: one line, then what happens next and who must act. */
export function LifeLine({ view }: { view: LifeLineView }) {
  const who = words.who[view.turn];
  // Evidence is gathered while the proof is awaited: where two are under way, the later one is where it stands.
  const here = view.steps.findLast((step) => step.state === 'current')?.key;
  return (
    <section aria-label={words.title}>
      <ol className="md:flex">
        {view.steps.map((step, index) => (
          <Step key={step.key} step={step} here={step.key === here} last={index === view.steps.length - 1} />
        ))}
      </ol>
      {view.turn === 'nobody' ? null : (
        <p className="mt-4">
          <span className={classNames('font-semibold', view.turn === 'you' && 'text-waiting')}>{who}.</span>{' '}
          <span className="text-second">{view.next}</span>
        </p>
      )}
    </section>
  );
}
