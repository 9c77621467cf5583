import type { Requirement, Verdict } from '../../lib/domain/evaluation.ts';
import { reviewBackground } from '../../lib/web/messages/review-background.ts';

export type ReasonTemplate = { id: string; label: string; text: string };

const { general, byRequirement } = reviewBackground.templates;

/** Texts that a decision may begin with: about what is not met or not known first, then the general ones. */
export function reasonTemplates(
  evaluations: readonly { requirement: Requirement; verdict: Verdict }[],
): ReasonTemplate[] {
  const open = evaluations.filter((evaluation) => evaluation.verdict !== 'pass');
  const fitting = open.flatMap(({ requirement }) => {
    const template = byRequirement[requirement];
    return template === undefined ? [] : [{ id: requirement, ...template }];
  });
  return [...fitting, ...general];
}
