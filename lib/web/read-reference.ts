import 'server-only';
import { type OpenedReference, openReference } from '../secrets/reference.ts';
import { portal } from './portal.ts';

/** What a reference in a refusal stands for. It carries everything itself: no row is looked up. */
export function readReference(text: string, now: Date): OpenedReference {
  return openReference(portal().secrets, text, now);
}
