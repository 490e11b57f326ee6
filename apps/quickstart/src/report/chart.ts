import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import type { BarSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import type { GridComponentOption, MarkLineComponentOption } from 'echarts/components';
import { init, use, type ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { Html } from './html.js';

use([BarChart, LineChart, ScatterChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | ScatterSeriesOption | GridComponentOption | MarkLineComponentOption
>;

/** Colours are variables of the page, so that a chart follows its light or dark theme. */
export const colors = {
  training: 'var(--curve-training)',
  test: 'var(--curve-test)',
  bar: 'var(--curve-training)',
  line: 'var(--line)',
  text: 'var(--ink-faint)',
} as const;

const size = { width: 540, height: 300 };

export const fontSize = 13;

/** Draws a chart as SVG, without a browser; `label` is what screen readers say. */
export function drawChart(label: string, option: ChartOption): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option });
    return new Html(accessible(chart.renderToSVGString({ useViewBox: true }), label));
  } finally {
    chart.dispose();
  }
}

interface AxisOptions {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  /** Text of a number on the axis. */
  readonly format?: (value: number) => string;
}

/** A horizontal axis in the look that all charts share. */
export function horizontalAxis(options: AxisOptions) {
  return {
    ...commonAxis(options),
    nameLocation: 'middle' as const,
    nameGap: 30,
    axisLine: { lineStyle: { color: colors.line } },
    splitLine: { show: false },
  };
}

/** A vertical axis in the look that all charts share. */
export function verticalAxis(options: AxisOptions) {
  return {
    ...commonAxis(options),
    nameLocation: 'end' as const,
    nameGap: 14,
    nameTextStyle: { color: colors.text, fontSize, align: 'left' as const },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: colors.line } },
  };
}

function commonAxis({ name, min, max, format = String }: AxisOptions) {
  return {
    name,
    nameTextStyle: { color: colors.text, fontSize },
    axisTick: { show: false },
    axisLabel: { color: colors.text, fontSize, formatter: format },
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

export const grid = { left: 50, right: 16, top: 34, bottom: 44 };

function accessible(svg: string, label: string): string {
  return svg
    .replace('<svg ', `<svg role="img" aria-label="${label}" `)
    .replace(/ (?:width|height)="\d+"(?=[^>]*xmlns)/g, '')
    .replace(/<style ?>[\s\S]*?<\/style>\s*/, '');
}
