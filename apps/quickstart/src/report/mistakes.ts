import { worstMistakes, type Predictions } from '../evaluation/predictions.js';
import { count, percent } from './format.js';
import { html, type Html } from './html.js';
import { inkPicture } from './pictures.js';
import type { ReportImages } from './report-data.js';

/** Pictures that are shown at most. */
const shown = 32;

/** The images that the network was surest about and wrong, as pictures. */
export function mistakesSection(predictions: Predictions, images: ReportImages): Html {
  const mistakes = worstMistakes(predictions);
  if (mistakes.length === 0) return html`<p>There are none: every test image is classified right.</p>`;
  const intro =
    mistakes.length > shown
      ? html`The ${shown} of ${count(mistakes.length)} mistakes in which the true class got the least probability.`
      : html`All mistakes, from the one in which the true class got the least probability.`;
  return html`<p>${intro} Below each picture: the true class, then what the network took it for and how sure it was.</p>
    <ul class="mistakes">
      ${mistakes.slice(0, shown).map((image) => picture(image, predictions, images))}
    </ul>`;
}

function picture(image: number, predictions: Predictions, images: ReportImages): Html {
  const { classNames, testPixels, size } = images;
  const truth = classNames[predictions.labels[image]!]!;
  const predicted = classNames[predictions.predicted[image]!]!;
  const pixels = testPixels.subarray(image * size * size, (image + 1) * size * size);
  return html`<li>
    <span class="paper"
      ><img
        src="${inkPicture(pixels, size)}"
        width="${3 * size}"
        height="${3 * size}"
        alt="test image ${image}"
        title="test image ${image}" /></span
    ><span class="labels"><b>${truth}</b><span class="arrow"> → </span><b class="taken">${predicted}</b></span>
    <span class="sure">${percent(predictions.confidences[image]!, 1)}</span>
  </li> `;
}
