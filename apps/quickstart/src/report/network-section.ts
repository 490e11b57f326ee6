import { count } from './format.js';
import { html, type Html } from './html.js';
import type { LayerRow } from './report-data.js';

/** The layers of the network as a table. */
export function networkSection(layers: readonly LayerRow[]): Html {
  return html`<div class="wide">
    <table class="layers">
      <thead>
        <tr>
          <th scope="col">layer</th>
          <th scope="col"></th>
          <th scope="col">output</th>
          <th scope="col" class="number">parameters</th>
        </tr>
      </thead>
      <tbody>
        ${layers.map(
          ({ name, description, outputShape, parameters }) =>
            html`<tr>
              <th scope="row"><code>${name}</code></th>
              <td>${description}</td>
              <td><code>${outputShape}</code></td>
              <td class="number">${parameters === 0 ? '–' : count(parameters)}</td>
            </tr> `,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan="3">all layers</th>
          <td class="number">${count(parameterCount(layers))}</td>
        </tr>
      </tfoot>
    </table>
  </div>`;
}

/** Number of trained values of all layers. */
export function parameterCount(layers: readonly LayerRow[]): number {
  return layers.reduce((sum, { parameters }) => sum + parameters, 0);
}
