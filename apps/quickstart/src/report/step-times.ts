import { median, quantile } from '../evaluation/statistics.js';
import { colors, drawChart, fontSize, grid, horizontalAxis, verticalAxis } from './chart.js';
import { milliseconds } from './format.js';
import type { Html } from './html.js';

const barCount = 40;

/** Times in bars of equal width; those beyond the last one, at three medians at most, are counted in it. */
export function histogram(times: readonly number[]): { start: number; width: number; counts: number[] } {
  const start = quantile(times, 0);
  const end = Math.min(quantile(times, 1), 3 * median(times));
  const width = Math.max((end - start) / barCount, 1e-3);
  const counts = new Array<number>(barCount).fill(0);
  for (const time of times) counts[Math.min(barCount - 1, Math.floor((time - start) / width))]!++;
  return { start, width, counts };
}

/** How the times of the training steps are distributed. */
export function stepTimeChart(times: readonly number[]): Html {
  const { start, width, counts } = histogram(times);
  const end = start + width * barCount;
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
          label: { color: colors.text, fontSize, align: 'left', formatter: `median ${milliseconds(median(times))}` },
          data: [{ xAxis: median(times) }],
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
