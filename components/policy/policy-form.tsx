'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { type Policy, proofKinds } from '../../lib/domain/policy.ts';
import { policyFields } from '../../lib/domain/policy-difference.ts';
import type { PolicyNumber } from '../../lib/domain/policy-limits.ts';
import type { ActionState, FormAction } from '../../lib/web/action-state.ts';
import { policy as words } from '../../lib/web/messages/policy.ts';
import { paths } from '../../lib/web/paths.ts';
import { FormOutcome, fieldRefusal } from '../form/refusal.tsx';
import { typed, useActionForm } from '../form/use-action-form.ts';
import { Card } from '../ui/card.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { TextField } from '../ui/text-field.tsx';
import { type PolicySection, policySections } from './policy-sections.ts';

export type PolicyFormProps = {
  /** Takes the form to its preview. */
  action: FormAction;
  /** The version that the form was filled in from. */
  version: number;
  /** What stands in the fields: the policy, with a draft put over it. */
  policy: Policy;
  /** Why this person may read it and not change it. */
  disabledReason: string | null;
};

/** Every value of the policy. Nothing is saved here: the form leads to what it would change. */
export function PolicyForm({ action, version, policy, disabledReason }: PolicyFormProps) {
  const { state, pending, formProps } = useActionForm(action);
  const values = policyFields(policy);
  const readOnly = disabledReason !== null;
  return (
    <form {...formProps} className="flex flex-col gap-4">
      <input type="hidden" name="version" value={version} />
      {policySections.map((section) => (
        <Section key={section.key} section={section}>
          <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 2xl:grid-cols-3">
            {section.numbers.map((field) => (
              <NumberField
                key={field}
                field={field}
                value={String(values.get(field) ?? '')}
                state={state}
                readOnly={readOnly}
              />
            ))}
          </div>
          {section.key === 'proof' ? <ProofKinds policy={policy} state={state} readOnly={readOnly} /> : null}
          {section.key === 'second' ? (
            <Checkbox
              className="mt-4"
              name="automaticApproval"
              label={words.fields.automaticApproval?.label ?? ''}
              description={words.fields.automaticApproval?.hint}
              defaultChecked={policy.automaticApproval}
              disabled={readOnly}
            />
          ) : null}
          {section.key === 'evidence' ? <Lists policy={policy} state={state} readOnly={readOnly} /> : null}
          {section.key === 'drift' ? (
            <Lines
              field="drift.suspendOn"
              value={policy.drift.suspendOn.join('\n')}
              state={state}
              readOnly={readOnly}
            />
          ) : null}
        </Section>
      ))}
      <FormOutcome state={state} fields={fieldNames} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SubmitButton pending={pending} pendingLabel={words.pending} disabledReason={disabledReason}>
          {words.toPreview}
        </SubmitButton>
        <p className="text-second text-small">{words.previewHint}</p>
      </div>
    </form>
  );
}

const fieldNames = [
  ...policySections.flatMap((section) => section.numbers),
  ...['proofKinds', 'listZones', 'listCodes', 'drift.suspendOn'],
];

function Section({ section, children }: { section: PolicySection; children: ReactNode }) {
  const about = words.sections[section.key];
  return (
    <Card id={`policy-${section.key}`} title={about.title}>
      {about.text ? (
        <p className="mb-3 text-second">
          {about.text}
          {about.link ? (
            <>
              {' '}
              <Link href={paths.adminLadder()} className="rounded-chip text-ink underline underline-offset-3">
                {about.link}
              </Link>
              .
            </>
          ) : null}
        </p>
      ) : null}
      {children}
    </Card>
  );
}

type FieldProps = { state: ActionState; readOnly: boolean };

function NumberField({ field, value, state, readOnly }: FieldProps & { field: PolicyNumber; value: string }) {
  const { label, unit, hint } = words.fields[field] ?? { label: field };
  return (
    <TextField
      name={field}
      label={label}
      optional={unit}
      description={hint}
      defaultValue={typed(state, field) ?? value}
      error={fieldRefusal(state, field)}
      readOnly={readOnly}
      inputMode="decimal"
      autoComplete="off"
      className="tabular-nums"
    />
  );
}

function ProofKinds({ policy, state, readOnly }: FieldProps & { policy: Policy }) {
  return (
    <fieldset className="mt-4 flex flex-col gap-2">
      <legend className="mb-2 font-medium">{words.fields.proofKinds?.label}</legend>
      {proofKinds.map((kind) => (
        <Checkbox
          key={kind}
          name={`proofKinds.${kind}`}
          label={words.proofKinds[kind]}
          defaultChecked={policy.proofKinds.includes(kind)}
          disabled={readOnly}
        />
      ))}
      {fieldRefusal(state, 'proofKinds')}
    </fieldset>
  );
}

function Lists({ policy, ...rest }: FieldProps & { policy: Policy }) {
  const codes = Object.entries(policy.listCodes).map(([code, meaning]) => `${code} ${meaning}`);
  return (
    <div className="mt-4 grid gap-x-6 gap-y-4 sm:grid-cols-2">
      <Lines field="listZones" value={(policy.listZones ?? []).join('\n')} {...rest} />
      <Lines field="listCodes" value={codes.join('\n')} {...rest} />
    </div>
  );
}

function Lines({ field, value, state, readOnly }: FieldProps & { field: string; value: string }) {
  const { label, hint } = words.fields[field] ?? { label: field };
  return (
    <div className={field === 'drift.suspendOn' ? 'mt-4' : undefined}>
      <TextArea
        name={field}
        label={label}
        description={hint}
        defaultValue={typed(state, field) ?? value}
        error={fieldRefusal(state, field)}
        readOnly={readOnly}
        rows={Math.min(10, Math.max(3, value.split('\n').length))}
        spellCheck={false}
        autoCapitalize="none"
        className="font-mono text-[0.8125rem]"
      />
    </div>
  );
}
