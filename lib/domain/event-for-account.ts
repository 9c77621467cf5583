type Content = Readonly<Record<string, unknown>>;

/**
 * What only support works with: the verdicts that it read, the version of the policy, the node's name, and how many had to
 * approve. Two for a single address that meets everything say that somebody else has it.
 */
const staffFields: readonly string[] = ['evidence', 'policy', 'node', 'approvals', 'required'];

/** Events that are support's own work, or would tell an abuser how far they may go. */
export const staffKinds: readonly string[] = [
  'approval_recorded',
  'reported_by_staff',
  'signal_set_aside',
  'ladder_observed',
  'ladder_critical',
  'marked_critical',
  'unmarked_critical',
  'spared',
  'ladder_held',
  'account_suspension_proposed',
  'account_cancellation_proposed',
  'proposal_dismissed',
  'audit_exported',
];

/**
 * What an account may read of an event's content. No organisation learns anything about another: a verdict that rests
 * on what another one did is not shown, and neither is that support passed over it.
 */
export function contentForAccount(content: Content): Record<string, unknown> {
  const shown = Object.fromEntries(Object.entries(content).filter(([field]) => !staffFields.includes(field)));
  if (!Array.isArray(content.override)) return shown;
  const hidden = restsOnOthers(content.evidence);
  return { ...shown, override: content.override.filter((requirement) => !hidden.includes(requirement)) };
}

function restsOnOthers(evidence: unknown): unknown[] {
  if (!Array.isArray(evidence)) return [];
  return evidence.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'staffOnly' in one && 'requirement' in one && one.staffOnly
      ? [one.requirement]
      : [],
  );
}
