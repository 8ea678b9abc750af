/** A bar, and what it is measured against. */
export interface Bar {
  label: string;
  value: number;
  /** Drawn behind the bar. */
  floor?: number;
}

const WIDTH = 720;
const LABEL_WIDTH = 190;
const FIGURE_WIDTH = 110;
const BAR_HEIGHT = 16;
const ROW_HEIGHT = 26;
const TOP = 34;

/** Horizontal bars, each row to its own scale: what it reaches of its floor is the point, and the rows have different units of work. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const height = TOP + bars.length * ROW_HEIGHT + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `  <title>${escaped(title)}</title>`,
    `  <rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `  <g font-family="system-ui, sans-serif" font-size="12" fill="#1f2933">`,
    `    <text x="10" y="20" font-size="14" font-weight="600">${escaped(title)}</text>`,
    ...bars.flatMap((bar, index) => rowOf(bar, TOP + index * ROW_HEIGHT)),
    '  </g>',
    '</svg>',
    '',
  ].join('\n');
}

function rowOf({ label, value, floor }: Bar, top: number): string[] {
  const room = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
  const most = Math.max(value, floor ?? 0, Number.MIN_VALUE);
  const width = (part: number): string => ((part / most) * room).toFixed(1);
  const figures = floor === undefined ? figureOf(value) : `${figureOf(value)} of ${figureOf(floor)}`;
  const bar = (part: number, fill: string): string =>
    `    <rect x="${LABEL_WIDTH}" y="${top}" width="${width(part)}" height="${BAR_HEIGHT}" rx="2" fill="${fill}"/>`;
  return [
    `    <text x="${LABEL_WIDTH - 8}" y="${top + 12}" text-anchor="end">${escaped(label)}</text>`,
    ...(floor === undefined ? [] : [bar(floor, '#d9e2ec')]),
    bar(value, '#2f6fb0'),
    `    <text x="${WIDTH - FIGURE_WIDTH + 8}" y="${top + 12}">${figures}</text>`,
  ];
}

function figureOf(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
