type Content = Readonly<Record<string, unknown>>;

/** What only support works with: the verdicts that it read, the version of the policy, the node's name. */
const staffFields: readonly string[] = ['evidence', 'policy', 'node'];

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
