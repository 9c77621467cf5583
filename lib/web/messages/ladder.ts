import { isSignalKind } from '../../domain/abuse-signals.ts';
import { isRung, type LadderStep } from '../../domain/ladder-policy.ts';
import { abuse } from './abuse.ts';
import { signalKindWords } from './signals.ts';

const counted = (count: number, one: string, many: string) =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;

/** The ladder's settings, and what they would have done. */
export const ladder = {
  title: 'The ladder',
  lead: 'What signals weigh, and what weight does. A change is tried on the last month before it is saved, and is a version of the policy like any other.',
  adminOnly: 'Only an admin changes the policy.',
  mode: {
    label: 'What does it do?',
    act: { label: 'Act', text: 'Warns, slows down, suspends and removes by itself.' },
    observe: { label: 'Observe', text: 'Only says what it would do, on the page of each address.' },
  },
  kinds: {
    title: 'What is seen, and what one of it weighs',
    text: 'One complaint of a sender with more than a thousand messages a week weighs its share. The highest step says how far signals of this kind alone can lead: what is only likely should not remove.',
    kind: 'Kind',
    weight: 'Weight',
    halfLife: 'Halves after days',
    ceiling: 'Highest step',
    gravest: 'One is enough',
    field: (field: string, kind: string) => `${field}, ${kind}`,
  },
  thresholds: {
    title: 'From how much weight on',
    step: (step: string) => `${step} from a weight of`,
    text: 'Each step counts only the signals that may lead to it, so removal can need less than suspension.',
    steps: {
      warned: 'Warn',
      throttled: 'Slow down',
      suspended: 'Suspend',
      removed: 'Remove',
    },
  },
  numbers: {
    fading: 'How it ends',
    slow: 'Slowed down',
    server: 'Beyond an address',
    fuse: 'The fuse',
    releaseShare: 'Ends below, % of its weight',
    releaseShareHint:
      'A warning or a limit ends once the weight has fallen below this part of what led to it.',
    holdHours: 'Kept for hours at least',
    forgetDays: 'Forgotten after days',
    throttleShare: 'Rate, % of its own',
    throttleLeast: 'Messages an hour at least',
    serverRemovals: 'Removals that suspend a server',
    serverRemovalDays: 'Within days',
    serverHint: 'Further removals propose to suspend the account.',
    fuseEntries: 'Addresses that may go at once',
    fuseShare: 'Or % of those in force',
    fuseMinutes: 'Within minutes',
    fuseHint: 'The greater of the two. What is beyond waits for a person.',
  },
  reporters: {
    label: 'Reporters that weigh',
    hint: 'Domains in the From field of feedback reports, one a line. Reports of anybody else go to a person.',
  },
  try: 'Try it on the last month',
  asItIs: 'As it is now',
  problems: {
    below_lower_step: 'It has to be at least that of the step beneath.',
    gravest_acts: 'What one signal is enough for has to suspend or remove.',
    other: 'This value has no meaning here. Look at the others beside it.',
  },
  wrong: 'One value cannot be taken.',
  simulation: {
    title: 'With this policy, the last month would have done this',
    text: 'What was seen in the last 30 days, judged anew and compared with what was done. It knows no fuse and nobody who would have stepped in.',
    none: 'Nothing was seen in the last 30 days that either would act on.',
    looked: (count: number, complete: boolean) =>
      complete
        ? `Something was seen of ${counted(count, 'address', 'addresses')}.`
        : `The ${count.toLocaleString('en')} addresses with the newest signals were looked at.`,
    otherwise: (count: number) =>
      count === 0
        ? 'All would end the same.'
        : `${counted(count, 'address', 'addresses')} would end otherwise.`,
    caption: 'Each address that either would touch, those that end otherwise first',
    sums: 'How many addresses would have come how far',
    step: 'Highest step',
    address: 'Address',
    would: 'Would have been',
    did: 'Was',
    nothing: 'Nothing',
    person: 'a person would be called',
    steps: { ...abuse.steps, none: 'Nothing done' } satisfies Record<LadderStep, string>,
    shown: (shown: number, total: number) => `The first ${shown} of ${total} are shown.`,
  },
  save: {
    title: 'Save it',
    text: 'What is seen from now on is weighed by it, together with what was seen before. Addresses that are warned or slowed down are judged anew within the hour, all others when something more is seen of them.',
    reason: 'Why',
    reasonHint: 'For everybody who asks later.',
    submit: 'Make it the policy',
    same: 'This is the ladder as it is now. There is nothing to save.',
    done: (version: number) => `Saved, as version ${version} of the policy.`,
  },
};

/** The words of one field of the ladder, given by its path in it (`kinds.spam.weight`); undefined for one that there is not. */
export function ladderFieldText(path: string): string | undefined {
  const [part = '', name = '', field = ''] = path.split('.');
  if (part === 'kinds' && isSignalKind(name)) {
    const label = ownText(kindFields, field);
    return label === undefined ? undefined : ladder.kinds.field(label, signalKindWords[name]);
  }
  if (part === 'thresholds' && isRung(name)) return ladder.thresholds.step(ladder.thresholds.steps[name]);
  return ownText(plainFields, path);
}

/** A value of the ladder as its form shows it, where that is not the value itself. */
export function ladderValueText(path: string, value: unknown): string | undefined {
  if (ladderShares.has(path) && typeof value === 'number') return `${Math.round(value * 10_000) / 100} %`;
  if (path === 'mode' && (value === 'act' || value === 'observe')) return ladder.mode[value].label;
  if (path.endsWith('.ceiling') && isRung(value)) return ladder.thresholds.steps[value];
  return undefined;
}

const ladderShares: ReadonlySet<string> = new Set(['releaseShare', 'throttleShare', 'fuseShare']);

const kindFields = {
  weight: ladder.kinds.weight,
  halfLifeDays: ladder.kinds.halfLife,
  ceiling: ladder.kinds.ceiling,
  gravest: ladder.kinds.gravest,
};

const { numbers } = ladder;
const plainFields = {
  mode: ladder.mode.label,
  reporters: ladder.reporters.label,
  releaseShare: numbers.releaseShare,
  holdHours: numbers.holdHours,
  forgetDays: numbers.forgetDays,
  throttleShare: numbers.throttleShare,
  throttleLeast: numbers.throttleLeast,
  serverRemovals: numbers.serverRemovals,
  serverRemovalDays: `${numbers.serverRemovals}: ${numbers.serverRemovalDays.toLowerCase()}`,
  fuseEntries: numbers.fuseEntries,
  fuseShare: `${numbers.fuseEntries}: ${numbers.fuseShare.toLowerCase()}`,
  fuseMinutes: `${numbers.fuseEntries}: ${numbers.fuseMinutes.toLowerCase()}`,
};

function ownText<Words extends Record<string, string>>(words: Words, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
