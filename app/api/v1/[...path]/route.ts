import { problem, problemResponse } from '../../../../lib/web/api/problem.ts';

/** Whatever is no path of the API is not found in the API's own words. */
export function GET(): Response {
  return problemResponse(problem(404, 'not_found'));
}

export { GET as DELETE, GET as PATCH, GET as POST, GET as PUT };
