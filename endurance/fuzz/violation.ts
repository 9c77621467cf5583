/** What must never happen, and did. */
export class Violation extends Error {}

export function require(holds: boolean, problem: string): undefined {
  if (!holds) throw new Violation(problem);
}
