import { type OpenedReference, openReference } from '../secrets/reference.ts';
import { portal } from './portal.ts';

/** What the reference of a refusal carries, if one of our nodes has sealed it and not too long ago. */
export function openOurReference(reference: string, now: Date): OpenedReference {
  return openReference(portal().secrets, reference, now);
}
