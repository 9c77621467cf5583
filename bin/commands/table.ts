/** Rows under headings, each on one line, in columns as wide as they need to be. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map((cell) => cell.replace(/[\r\n\t\u2028\u2029]+/g, ' ')));
  const widths = headings.map((heading, column) =>
    lines.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), heading.length),
  );
  return [headings, ...lines]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
