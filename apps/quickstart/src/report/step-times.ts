import { median, quantile } from '../evaluation/statistics.js';
import { colors, drawChart, fontSize, grid, horizontalAxis, verticalAxis } from './chart.js';
import { milliseconds } from './format.js';
import type { Html } from './html.js';

const barCount = 40;

/** Times in bars of equal width. */
export interface Histogram {
  readonly start: number;
  readonly end: number;
  readonly counts: readonly number[];
  /** How many are beyond the end, at three medians at most; they are counted in the last bar. */
  readonly beyond: number;
}

/** Counts times in bars. */
export function histogram(times: readonly number[]): Histogram {
  const start = quantile(times, 0);
  const end = Math.max(start + 1e-3, Math.min(quantile(times, 1), 3 * median(times)));
  const counts = new Array<number>(barCount).fill(0);
  for (const time of times) {
    counts[Math.min(barCount - 1, Math.floor(((time - start) / (end - start)) * barCount))]!++;
  }
  return { start, end, counts, beyond: times.filter((time) => time > end).length };
}

/** Draws the bars, and a line at the median. */
export function stepTimeChart({ start, end, counts }: Histogram, middle: number): Html {
  const width = (end - start) / counts.length;
  return drawChart('Distribution of the times of the training steps', {
    grid,
    xAxis: { type: 'value', ...horizontalAxis({ name: 'milliseconds per step', min: start, max: end, format: whole }) },
    yAxis: { type: 'value', ...verticalAxis({ name: '' }), minInterval: 1 },
    series: [
      {
        type: 'bar',
        data: counts.map((steps, bar) => [start + (bar + 0.5) * width, steps]),
        barWidth: '82%',
        silent: true,
        itemStyle: { color: colors.bar, borderRadius: [2, 2, 0, 0] },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: colors.test, width: 1.5, type: 'solid' },
          label: { color: colors.text, fontSize, align: 'left', formatter: `median ${milliseconds(middle)}` },
          data: [{ xAxis: middle }],
        },
      },
    ],
  });
}

function whole(value: number): string {
  return value.toFixed(0);
}

/** Quantiles of the times, for a table. */
export function timeQuantiles(times: readonly number[]): { name: string; value: number }[] {
  return [
    { name: 'fastest', value: quantile(times, 0) },
    { name: 'median', value: median(times) },
    { name: '95% are faster than', value: quantile(times, 0.95) },
    { name: 'slowest', value: quantile(times, 1) },
  ];
}
