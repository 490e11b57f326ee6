import type { ProfileRow } from './report.js';

const headings = ['ms', 'share', 'calls', 'GFLOP/s', 'MB', 'operation', 'shapes', 'kernels', 'line'];
/** Columns of numbers, which end at the right. */
const numeric = 5;

/** What the program called, and the primitive where that is another. */
function label({ operation, primitive, within }: ProfileRow): string {
  if (primitive === null) return `(runtime) ${operation}`;
  const part = within?.startsWith('the derivative') === true ? `${operation}, derivative` : operation;
  return operation === primitive ? part : `${part}: ${primitive}`;
}

function cells(row: ProfileRow): string[] {
  const { milliseconds, share, calls, flops, bytes, shapes, kernels, line } = row;
  return [
    milliseconds.toFixed(3),
    `${(share * 100).toFixed(1)} %`,
    String(calls),
    flops === null ? '?' : flops === 0 || milliseconds === 0 ? '' : (flops / milliseconds / 1e6).toFixed(2),
    (bytes / 1e6).toFixed(2),
    label(row),
    shapes,
    kernels.join(' '),
    line ?? '',
  ];
}

/** Rows as an aligned table of at most `limit` lines, with a last line for the rest. */
export function formatTable(rows: readonly ProfileRow[], limit: number): string {
  const shown = rows.slice(0, limit);
  const table = [headings, ...shown.map(cells)];
  const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((text, column) => (column < numeric ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  const rest = rows.slice(limit);
  if (rest.length > 0) {
    const share = rest.reduce((sum, row) => sum + row.share, 0);
    lines.push(`… and ${rest.length} more, ${(share * 100).toFixed(1)} %`);
  }
  return lines.join('\n');
}
