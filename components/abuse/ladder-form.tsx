import { type SignalKind, signalKinds } from '../../lib/domain/abuse-signals.ts';
import { rungs } from '../../lib/domain/ladder-policy.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { ladder as words } from '../../lib/web/messages/ladder.ts';
import { signalKindWords } from '../../lib/web/messages/signals.ts';
import { paths } from '../../lib/web/paths.ts';
import { Button } from '../ui/button.tsx';
import { ButtonLink } from '../ui/button-link.tsx';
import { Card } from '../ui/card.tsx';
import { controlClass } from '../ui/field.tsx';
import { RadioGroup } from '../ui/radio-group.tsx';
import { Table } from '../ui/table.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { TextField } from '../ui/text-field.tsx';
import { NumberCell } from './number-field.tsx';

export type LadderFormProps = {
  /** Text for each field, by the way to its value. */
  values: Readonly<Record<string, string>>;
  /** What is wrong with one of them. */
  wrong: { field: string; message: string } | null;
  /** Something else than what is in force stands in it. */
  changed: boolean;
  disabledReason: string | null;
};

type Part = { values: LadderFormProps['values']; errorOf: (field: string) => string | undefined };

/** The ladder's settings. A plain GET form: what was tried can be linked, and nothing is saved by it. */
export function LadderForm({ values, wrong, changed, disabledReason }: LadderFormProps) {
  const errorOf = (field: string) =>
    wrong !== null && (wrong.field === field || wrong.field.startsWith(`${field}.`))
      ? wrong.message
      : undefined;
  const part = { values, errorOf };
  const number = words.numbers;
  return (
    <form action={paths.adminLadder()} method="get" aria-label={words.title} className="flex flex-col gap-5">
      <input type="hidden" name="try" value="1" />
      <Card>
        <RadioGroup
          name="mode"
          label={words.mode.label}
          defaultValue={values.mode}
          error={errorOf('mode')}
          options={(['act', 'observe'] as const).map((mode) => ({
            value: mode,
            label: words.mode[mode].label,
            description: words.mode[mode].text,
          }))}
        />
      </Card>
      <section className="flex flex-col gap-2">
        <h2 className="font-semibold">{words.kinds.title}</h2>
        <p className="max-w-[44rem] text-second">{words.kinds.text}</p>
        <Kinds {...part} />
      </section>
      <Card id="thresholds" title={words.thresholds.title}>
        <p className="mb-3 text-second">{words.thresholds.text}</p>
        <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-4">
          {rungs.map((rung) => (
            <NumberField
              key={rung}
              {...part}
              name={`thresholds.${rung}`}
              label={words.thresholds.steps[rung]}
            />
          ))}
        </div>
      </Card>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card id="fading" title={number.fading}>
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <NumberField
              {...part}
              name="releaseShare"
              label={number.releaseShare}
              hint={number.releaseShareHint}
            />
            <NumberField {...part} name="holdHours" label={number.holdHours} />
            <NumberField {...part} name="forgetDays" label={number.forgetDays} />
          </div>
        </Card>
        <Card id="slow" title={number.slow}>
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <NumberField {...part} name="throttleShare" label={number.throttleShare} />
            <NumberField {...part} name="throttleLeast" label={number.throttleLeast} />
          </div>
        </Card>
        <Card id="beyond" title={number.server}>
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <NumberField
              {...part}
              name="serverRemovals"
              label={number.serverRemovals}
              hint={number.serverHint}
            />
            <NumberField {...part} name="serverRemovalDays" label={number.serverRemovalDays} />
          </div>
        </Card>
        <Card id="fuse" title={number.fuse}>
          <div className="grid items-start gap-4 sm:grid-cols-3">
            <NumberField {...part} name="fuseEntries" label={number.fuseEntries} hint={number.fuseHint} />
            <NumberField {...part} name="fuseShare" label={number.fuseShare} />
            <NumberField {...part} name="fuseMinutes" label={number.fuseMinutes} />
          </div>
        </Card>
      </div>
      <Card>
        <TextArea
          name="reporters"
          label={words.reporters.label}
          description={words.reporters.hint}
          defaultValue={values.reporters}
          error={errorOf('reporters')}
          rows={3}
          spellCheck={false}
        />
      </Card>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabledReason={disabledReason}>
          {words.try}
        </Button>
        {changed ? (
          <ButtonLink href={paths.adminLadder()} variant="quiet">
            {words.asItIs}
          </ButtonLink>
        ) : null}
      </div>
    </form>
  );
}

function NumberField({
  values,
  errorOf,
  name,
  label,
  hint,
}: Part & { name: string; label: string; hint?: string }) {
  return (
    <TextField
      name={name}
      label={label}
      description={hint}
      defaultValue={values[name]}
      error={errorOf(name)}
      inputMode="decimal"
      autoComplete="off"
      className="tabular-nums"
    />
  );
}

function Kinds(part: Part) {
  return (
    <Table
      caption={words.kinds.title}
      columns={[
        { key: 'kind', heading: words.kinds.kind, className: 'min-w-40' },
        { key: 'weight', heading: words.kinds.weight, align: 'end' },
        { key: 'halfLife', heading: words.kinds.halfLife, align: 'end' },
        { key: 'ceiling', heading: words.kinds.ceiling },
        { key: 'gravest', heading: words.kinds.gravest, align: 'end' },
      ]}
      rows={signalKinds.map((kind) => ({ key: kind, cells: kindCells(kind, part) }))}
    />
  );
}

function kindCells(kind: SignalKind, { values, errorOf }: Part) {
  const name = signalKindWords[kind];
  const label = (field: string) => words.kinds.field(field, name);
  const at = (field: string) => `kinds.${kind}.${field}`;
  return {
    kind: name,
    weight: (
      <NumberCell
        name={at('weight')}
        label={label(words.kinds.weight)}
        value={values[at('weight')] ?? ''}
        error={errorOf(at('weight'))}
      />
    ),
    halfLife: (
      <NumberCell
        name={at('halfLifeDays')}
        label={label(words.kinds.halfLife)}
        value={values[at('halfLifeDays')] ?? ''}
        error={errorOf(at('halfLifeDays'))}
      />
    ),
    ceiling: (
      <>
        <select
          name={at('ceiling')}
          aria-label={label(words.kinds.ceiling)}
          aria-invalid={errorOf(at('ceiling')) === undefined ? undefined : true}
          defaultValue={values[at('ceiling')]}
          className={controlClass}
        >
          {rungs.map((rung) => (
            <option key={rung} value={rung}>
              {abuse.steps[rung]}
            </option>
          ))}
        </select>
        {errorOf(at('ceiling')) === undefined ? null : (
          <p className="mt-1 text-out text-small">{errorOf(at('ceiling'))}</p>
        )}
      </>
    ),
    gravest: (
      <input
        type="checkbox"
        name={at('gravest')}
        aria-label={label(words.kinds.gravest)}
        defaultChecked={values[at('gravest')] === 'on'}
        className="size-4.5 cursor-pointer accent-in-force"
      />
    ),
  };
}
