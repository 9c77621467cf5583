/**
 * Rows as comma-separated values (RFC 4180): CR LF, quotes where needed. A text that a spreadsheet would take for a formula
 * is led by an apostrophe: labels are what somebody has typed (OWASP, CSV injection).
 */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

// A sign of its own is a formula's beginning as well; so is one behind white space, or in full width.
const formula = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^'/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
