/** What must never happen, and did. */
export class Violation extends Error {}

/** @param problem a function where putting it into words for everything that is well would take long */
export function require(holds: boolean, problem: string | (() => string)): undefined {
  if (!holds) throw new Violation(typeof problem === 'string' ? problem : problem());
}
