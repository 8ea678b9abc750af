/** Columns of text on the left and of numbers on the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => body.length > 0 && body.every((row) => /^\d+$/u.test(row[column] ?? '')));
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return isNumber[column] ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
