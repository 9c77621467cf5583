import type { ScopeNow, ScopeWish } from '../../lib/domain/entry-scope.ts';
import { type ScopeField, scope, scopeValueText } from '../../lib/web/messages/scope.ts';

export type WishRow = { field: ScopeField; name: string; now: string; wanted: string };

/** What a wish would change, field by field, in words. */
export function wishRows(now: ScopeNow, wish: ScopeWish): WishRow[] {
  return (Object.keys(scope.names) as ScopeField[])
    .filter((field) => wish[field] !== undefined)
    .map((field) => ({
      field,
      name: scope.names[field],
      now: scopeValueText(field, now[field]),
      wanted: scopeValueText(field, wish[field]),
    }));
}
