import type { Script, Step } from './script.ts';

const mostTries = 3000;

/** Makes a script that goes wrong as small as it can while it goes wrong in the same way. */
export function shrink(script: Script, goesWrong: (smaller: Script) => boolean): Script {
  let smallest = script;
  let tries = 0;
  const attempt = (steps: readonly Step[]): boolean => {
    tries += 1;
    const smaller = { ...smallest, steps };
    if (tries > mostTries || !goesWrong(smaller)) return false;
    smallest = smaller;
    return true;
  };
  for (let length = Math.ceil(smallest.steps.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at < smallest.steps.length; ) {
      if (!attempt(smallest.steps.toSpliced(at, length))) at += length;
    }
  }
  for (let index = 0; index < smallest.steps.length; index += 1) {
    shrinkStep(index);
  }
  return smallest;

  function shrinkStep(index: number): void {
    const size = () => {
      const step = smallest.steps[index];
      return step !== undefined && 'octets' in step ? step.octets.length : 0;
    };
    for (let length = Math.ceil(size() / 2); length >= 1; length = Math.floor(length / 2)) {
      for (let at = 0; at < size(); ) {
        const step = smallest.steps[index];
        if (step === undefined || !('octets' in step)) return;
        const octets = step.octets.slice(0, at) + step.octets.slice(at + length);
        if (!attempt(smallest.steps.with(index, { ...step, octets }))) at += length;
      }
    }
  }
}

/** The conversation as it can be read, and put into a test. */
export function describeScript(script: Script): string {
  const { seed, state, client, needs, prelude, steps, hop, leavesAtOnce } = script;
  const lines = steps.map((step) =>
    'event' in step ? `  ! ${step.event}` : `  C ${JSON.stringify(step.octets)}${step.settled ? '' : ' …'}`,
  );
  const head = `seed ${seed}, ${state}, client ${client}, needs ${needs}${leavesAtOnce ? ', leaves at once' : ''}`;
  const heading = [head, `next hop ${JSON.stringify(hop)}`];
  return [...heading, ...prelude.map((octets) => `  C ${JSON.stringify(octets)}`), '  --', ...lines].join(
    '\n',
  );
}
