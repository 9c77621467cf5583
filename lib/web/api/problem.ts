import { problems } from '../messages/problems.ts';
import type { Problem } from './schemas/problem.ts';

export type ProblemCode = keyof typeof problems;

/** RFC 9457, section 3: `code` is ours and stable, `type` names it as a URI. */
export function problem(
  status: number,
  code: ProblemCode,
  more: Partial<Omit<Problem, 'type' | 'status' | 'code'>> = {},
): Problem {
  return { type: `urn:postern:problem:${code}`, status, code, ...problems[code], ...more };
}

export const problemHeaders = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

export function problemResponse(body: Problem, headers: Record<string, string> = {}): Response {
  return Response.json(body, {
    status: body.status,
    headers: { ...problemHeaders, ...headers },
  });
}
