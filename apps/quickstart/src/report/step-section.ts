import { median } from '../evaluation/statistics.js';
import { count, duration, milliseconds } from './format.js';
import { html, type Html } from './html.js';
import type { ReportData } from './report-data.js';
import { histogram, stepTimeChart, timeQuantiles, type Histogram } from './step-times.js';

/** How long the training steps took. */
export function stepSection({ record, settings }: Pick<ReportData, 'record' | 'settings'>): Html {
  const [first, ...others] = record.stepMilliseconds;
  if (first === undefined || others.length === 0)
    return html`<p>There was no second step to compare with the first.</p>`;
  const bars = histogram(others);
  return html`<p>
      A step takes ${settings.batchSize} images forward and backward through the network and updates its parameters. The
      first one took ${milliseconds(first)}, because it compiled the step; it is left out below.${beyondText(bars)}
    </p>
    <div class="pair">
      <figure class="chart">${stepTimeChart(bars, median(others))}</figure>
      <table class="plain">
        <tbody>
          ${timeQuantiles(others).map(
            ({ name, value }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${milliseconds(value)}</td>
              </tr>`,
          )}
          <tr>
            <th scope="row">all ${count(others.length + 1)} steps together</th>
            <td>${duration((first + others.reduce((sum, time) => sum + time, 0)) / 1000)}</td>
          </tr>
        </tbody>
      </table>
    </div>`;
}

function beyondText({ beyond, end }: Histogram): string {
  return beyond === 0 ? '' : ` The last bar also counts what took longer than ${milliseconds(end)}.`;
}
