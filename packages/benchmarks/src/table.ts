import type { Agreement } from './agreement.js';
import type { Report, Row } from './report.js';

const headings = [
  'workload',
  'peer',
  'threads',
  'ms/step',
  'p10-p90',
  'samples',
  'others',
  'ratio',
  'p10-p90',
  'target',
  'MB',
  'difference',
  'steps',
];
const leftAligned = 2;

/** The report as text, one line per workload and peer; a peer that did not run has its reason there instead. */
export function formatTable({ subject, workloads }: Report): string {
  const lines = workloads.flatMap(({ workload, rows }) =>
    rows.map((row) => ({ names: [workload.name, row.peer], row })),
  );
  const cells = [headings, ...lines.map(({ names, row }) => [...names, ...columns(row)])];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (row: readonly string[]): string[] =>
    row.map((cell, column) =>
      column < leftAligned ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  const texts = cells.map((row, index) => {
    const reason = index === 0 ? undefined : reasonOf(lines[index - 1]?.row);
    return [...pad(row), ...(reason === undefined ? [] : [reason])].join('  ').trimEnd();
  });
  texts.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  const versions = new Map(lines.flatMap(({ row }) => (row.status === 'measured' ? Object.entries(row.versions) : [])));
  const notes = [
    'others: cores kept busy by other programs during the samples (median)',
    `ratio: the peer's time / ${subject}'s, round by round (above 1: ${subject} is faster)`,
    'MB: the most memory taken, beyond what it was after loading',
    'difference: largest relative difference of the losses or logits in as many of the first steps',
    ...(versions.size === 0 ? [] : [`versions: ${[...versions].map((entry) => entry.join(' ')).join(', ')}`]),
  ];
  return [...texts, '', ...notes].join('\n');
}

function reasonOf(row: Row | undefined): string | undefined {
  if (row === undefined || row.status === 'measured') return undefined;
  return `${row.status}: ${row.reason.split('\n', 1)[0]}`;
}

function columns(row: Row): string[] {
  if (row.status !== 'measured') return [];
  const { threads, stepMilliseconds: step, ratio, target, agreement } = row;
  return [
    String(threads),
    digits(step.median),
    `${digits(step.p10)}-${digits(step.p90)}`,
    String(step.count),
    row.otherLoad.toFixed(2),
    ratio === undefined ? '' : `${digits(ratio.median)}x`,
    ratio === undefined ? '' : `${digits(ratio.p10)}-${digits(ratio.p90)}`,
    target === undefined ? '' : `>=${target.atLeast} ${target.met ? 'met' : 'MISSED'}`,
    row.memoryBytes === null ? '' : (row.memoryBytes / 1e6).toFixed(0),
    agreement === undefined ? '' : `${difference(agreement)}${agreement.agrees ? '' : ' DIFFERS'}`,
    agreement === undefined ? '' : String(agreement.steps),
  ];
}

function difference({ maxRelativeDifference }: Agreement): string {
  return maxRelativeDifference?.toExponential(1) ?? '-';
}

/** Three significant digits, but all of the integer part. */
function digits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
