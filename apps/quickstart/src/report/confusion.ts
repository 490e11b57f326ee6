import { confusionMatrix, type Predictions } from '../evaluation/predictions.js';
import { count, percent } from './format.js';
import { html, type Html } from './html.js';

/** How often each class was taken for each other one, as a table, and the most frequent confusions in words. */
export function confusionSection(predictions: Predictions, classNames: readonly string[]): Html {
  const matrix = confusionMatrix(predictions);
  const most = Math.max(1, ...matrix.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)));
  const long = classNames.some((name) => name.length > 2);
  return html`<div class="wide">
      <table class="confusion${long ? ' long' : ''}">
        <caption>
          Rows are the true classes, columns the predicted ones. “Found” is the share of a row on the diagonal.
        </caption>
        <thead>
          <tr>
            <td></td>
            ${classNames.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
            <th scope="col" class="recall">found</th>
          </tr>
        </thead>
        <tbody>
          ${matrix.map(
            (row, label) =>
              html`<tr>
                <th scope="row">${classNames[label] ?? label}</th>
                ${row.map((images, predicted) => cell(images, label === predicted, most))}
                <td class="recall">${found(row, label)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${frequentConfusions(matrix, classNames)}`;
}

function cell(images: number, diagonal: boolean, most: number): Html {
  if (images === 0) return html`<td class="none">·</td>`;
  if (diagonal) return html`<td class="diagonal">${count(images)}</td>`;
  // The square root keeps single mistakes visible beside frequent ones.
  return html`<td style="--share:${Math.sqrt(images / most).toFixed(2)}">${count(images)}</td>`;
}

function found(row: readonly number[], label: number): string {
  const images = row.reduce((sum, value) => sum + value, 0);
  return images === 0 ? '–' : percent(row[label]! / images, 1);
}

/** Confusions that the text names. */
const named = 3;

function frequentConfusions(matrix: readonly (readonly number[])[], classNames: readonly string[]): Html | null {
  const confusions = matrix
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, named);
  if (confusions.length === 0) return null;
  return html`<p>
    Most often:
    ${confusions.map(
      ({ label, predicted, images }, i) =>
        html`${i === 0 ? '' : ', '}<b>${classNames[label]!}</b> taken for
          <b>${classNames[predicted]!}</b> (${count(images)} ×)`,
    )}.
  </p>`;
}
