import { quantile } from '../evaluation/statistics.js';
import type { TrainingRecord } from '../training/record.js';
import { colors, drawChart, grid, horizontalAxis, verticalAxis, type ChartOption } from './chart.js';
import type { Html } from './html.js';

type Point = [epoch: number, value: number];

/** The loss in training, and on the test images after each epoch. */
export function lossChart({ curve, epochs }: TrainingRecord): Html {
  const training = curve.map((point): Point => [point.epochs, point.loss]);
  const test = epochs.map(({ testLoss }, epoch): Point => [epoch + 1, testLoss]);
  return curves('Loss in training and on the test images', training, test, {
    type: 'log',
    ...verticalAxis({
      name: 'loss, logarithmic',
      ...logarithmicBounds([...training, ...test].map(([, loss]) => loss)),
      format: (loss) => String(Number(loss.toPrecision(3))),
    }),
  });
}

/** The accuracy in training, and on the test images after each epoch. */
export function accuracyChart({ curve, epochs }: TrainingRecord): Html {
  const training = curve.map((point): Point => [point.epochs, point.accuracy]);
  const test = epochs.map(({ testAccuracy }, epoch): Point => [epoch + 1, testAccuracy]);
  return curves('Accuracy in training and on the test images', training, test, {
    type: 'value',
    ...verticalAxis({
      name: 'accuracy',
      min: lowerBound(training.map(([, accuracy]) => accuracy)),
      max: 1,
      format: (accuracy) => `${Number((100 * accuracy).toFixed(1))}%`,
    }),
  });
}

type VerticalAxis = NonNullable<ChartOption['yAxis']>;

function curves(label: string, training: Point[], test: Point[], yAxis: VerticalAxis): Html {
  const last = Math.max(1, Math.ceil(training.at(-1)?.[0] ?? 1));
  return drawChart(label, {
    grid,
    xAxis: { type: 'value', ...horizontalAxis({ name: 'epochs', min: 0, max: last }), minInterval: 1 },
    yAxis,
    series: [
      {
        type: 'line',
        data: training,
        showSymbol: false,
        silent: true,
        lineStyle: { color: colors.training, width: 2.2, join: 'round' },
      },
      {
        type: 'line',
        data: test,
        symbol: 'circle',
        symbolSize: 8,
        silent: true,
        itemStyle: { color: colors.test },
        lineStyle: { color: colors.test, width: 2.2 },
      },
    ],
  });
}

/** Bounds of a logarithmic axis: a power of ten below the values, and 1, 2 or 5 times one above them. */
function logarithmicBounds(values: readonly number[]): { min: number; max: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { min: 0.1, max: 1 };
  const largest = quantile(positive, 1);
  const power = 10 ** Math.floor(Math.log10(largest));
  const max = [1, 2, 5, 10].map((factor) => factor * power).find((bound) => bound >= largest) ?? largest;
  return { min: 10 ** Math.floor(Math.log10(Math.min(quantile(positive, 0), max / 2))), max };
}

/** Leaves out the steep beginning: the axis starts near what the network reaches soon. */
function lowerBound(accuracies: readonly number[]): number {
  const early = accuracies[Math.floor(accuracies.length / 20)] ?? 0;
  return [0.98, 0.95, 0.9, 0.8, 0.6, 0.4].find((bound) => bound <= early) ?? 0;
}
