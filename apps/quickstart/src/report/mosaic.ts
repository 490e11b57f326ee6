import type { Predictions } from '../evaluation/predictions.js';
import { count } from './format.js';
import { html, type Html } from './html.js';

const columns = 200;
const pitch = 5;
const tile = 4.2;

/** The probability below which a right answer counts as hesitant. */
const sure = 0.9;

/** One tile per test image: the right ones, those that are right but hesitant, and the wrong ones. */
export function mosaic({ labels, predicted, confidences }: Predictions): Html {
  const images = Array.from(labels.keys());
  const wrong = images.filter((image) => labels[image] !== predicted[image]);
  const hesitant = images.filter((image) => labels[image] === predicted[image] && confidences[image]! < sure);
  const width = Math.min(images.length, columns) * pitch - (pitch - tile);
  const height = Math.ceil(images.length / columns) * pitch - (pitch - tile);
  return html`<figure class="mosaic">
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="One tile for each of the ${count(images.length)} test images"
    >
      <defs>
        <pattern id="tiles" width="${pitch}" height="${pitch}" patternUnits="userSpaceOnUse">
          <rect width="${tile}" height="${tile}" class="right" />
        </pattern>
      </defs>
      <path fill="url(#tiles)" d="${outline(images.length)}" />
      <path class="hesitant" d="${tiles(hesitant)}" />
      <path class="wrong" d="${tiles(wrong)}" />
    </svg>
    <figcaption>
      One tile for each test image:
      <span class="key right">${count(images.length - wrong.length - hesitant.length)} right and sure</span>
      <span class="key hesitant">${count(hesitant.length)} right, but less than 90% sure</span>
      <span class="key wrong">${count(wrong.length)} wrong</span>
    </figcaption>
  </figure>`;
}

/** The whole rows, and the part of the last one that has tiles. */
function outline(images: number): string {
  const rows = Math.floor(images / columns);
  const rest = images % columns;
  const whole = rows > 0 ? `M0 0h${columns * pitch}v${rows * pitch}h-${columns * pitch}z` : '';
  return rest === 0 ? whole : `${whole}M0 ${rows * pitch}h${rest * pitch}v${pitch}h-${rest * pitch}z`;
}

function tiles(images: readonly number[]): string {
  return images.map((image) => `${position(image)}h${tile}v${tile}h-${tile}z`).join('');
}

function position(image: number): string {
  return `M${(image % columns) * pitch} ${Math.floor(image / columns) * pitch}`;
}
