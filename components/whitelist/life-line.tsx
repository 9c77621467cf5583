import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { classNames } from '../ui/class-names.ts';
import type { LifeLineView, LifeStep, StepState } from './life-steps.ts';
import { reviewById } from './review-by-card.tsx';

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
      className={classNames('relative h-4 md:h-auto md:pt-6', last ? 'w-4 shrink-0 md:w-48' : 'flex-1')}
    >
      {last ? null : (
        <span
          aria-hidden
          className={classNames(
            'ground-kept absolute inset-x-0 top-[7px] h-0.5',
            step.state === 'done' ? 'bg-in-force' : 'bg-line-strong',
          )}
        />
      )}
      <span
        aria-hidden
        className={classNames(
          'ground-kept absolute top-0 left-0 z-1 size-4 rounded-full border-2',
          dots[step.state],
        )}
      />
      <div className="max-md:sr-only md:pr-3">
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
export function LifeLine({
  view,
  audience = 'owner',
}: {
  view: LifeLineView;
  audience?: 'owner' | 'support';
}) {
  const who = audience === 'owner' ? words.who : words.whoForSupport;
  const isYours = view.turn === (audience === 'owner' ? 'you' : 'support');
  const here = standsAt(view.steps);
  return (
    <section aria-label={words.title}>
      <ol className="flex">
        {view.steps.map((step, index) => (
          <Step
            key={step.key}
            step={step}
            here={step.key === here?.key}
            last={index === view.steps.length - 1}
          />
        ))}
      </ol>
      {here ? (
        // A narrow screen has room for the one step that matters; all five are read out above.
        <p aria-hidden className="mt-2.5 md:hidden">
          <span className={classNames('font-medium', here.state === 'failed' && 'text-out')}>
            {words[here.key]}
          </span>{' '}
          <span className="text-second">{here.detail}</span>
        </p>
      ) : null}
      {view.turn === 'nobody' ? (
        audience === 'owner' && here?.state === 'failed' ? (
          <p className="mt-4 max-w-[60rem] text-second max-md:mt-1">{view.next}</p>
        ) : null
      ) : (
        <p className="mt-4 max-md:mt-1">
          <span className={classNames('font-semibold', isYours && 'text-waiting')}>{who[view.turn]}.</span>{' '}
          {audience === 'owner' ? <span className="text-second">{view.next}</span> : null}{' '}
          {audience === 'owner' && view.renew ? (
            // Far down where the columns follow one another.
            <a href={`#${reviewById}`} className="whitespace-nowrap underline underline-offset-2">
              {words.renew}
            </a>
          ) : null}
        </p>
      )}
    </section>
  );
}

/** Evidence is gathered while the proof is awaited: where two are under way, the later one is where it stands. */
function standsAt(steps: readonly LifeStep[]): LifeStep | undefined {
  return (
    steps.find((step) => step.state === 'failed') ??
    steps.findLast((step) => step.state === 'current') ??
    steps.findLast((step) => step.state === 'done')
  );
}
