/**
 * A JSON value as PostgreSQL keeps it, which takes neither NUL nor half a surrogate pair: the one is left out, the other
 * becomes U+FFFD. For what comes from elsewhere: one odd octet must not cost the whole answer.
 */
export function storable<Value>(value: Value): Value {
  return clean(value) as Value;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), clean(inner)]));
}
