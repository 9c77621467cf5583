/** What is typed into these is never sent back to the page. */
const neverReturned = new Set(['password', 'again', 'code', 'current', 'token']);

export type FormValues = Record<string, string | string[]>;

/**
 * A form as an object for a zod schema: a name given several times is a list. Files have no place in our forms, and
 * PostgreSQL takes no NUL in a text.
 */
export function formValues(form: FormData): FormValues {
  const values: FormValues = Object.create(null);
  for (const [name, value] of form) {
    // `$ACTION_…`: what React adds for itself.
    if (typeof value !== 'string' || name.startsWith('$')) continue;
    const text = value.replaceAll('\u0000', '\uFFFD');
    const before = values[name];
    values[name] = before === undefined ? text : [before, text].flat();
  }
  return values;
}

/** Everything that was typed, for the form to show again. */
export function returnedValues(values: FormValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' && !neverReturned.has(name) ? [[name, value]] : [],
    ),
  );
}
