import type { Piece } from '../piece.js';
import { activations } from './activations.js';
import { adam } from './adam.js';
import { attention } from './attention.js';
import { convolutions } from './convolutions.js';
import { crossEntropy } from './cross-entropy.js';
import { functions } from './functions.js';
import { normalizations } from './normalizations.js';
import { products } from './products.js';
import { recurrences } from './recurrences.js';
import { sums } from './sums.js';

/** All that is measured, by the name that the command takes. */
export const pieces: Readonly<Record<string, readonly Piece[]>> = {
  convolutions,
  sums,
  products,
  activations,
  normalizations,
  attention,
  recurrences,
  'cross-entropy': crossEntropy,
  adam,
  functions,
};
