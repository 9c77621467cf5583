/**
 * The rows of a tab-separated table as records by column name. Lines that begin with `#` are comments, the first
 * other line names the columns; a missing cell reads as the empty string.
 */
export function parseTable<Column extends string>(text: string): Record<Column, string>[] {
  const [header, ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const columns = (header ?? '').split('\t') as Column[];
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(columns.map((column, position) => [column, cells[position] ?? ''])) as Record<
      Column,
      string
    >;
  });
}
