import type { Primitive } from '../../graph/primitive.js';
import { besselPrimitives } from './bessel.js';
import { elementaryPrimitives } from './elementary.js';
import { exponentialIntegralPrimitives } from './exponential-integral.js';
import { gammaPrimitives } from './gamma.js';
import { incompletePrimitives } from './incomplete.js';
import { normalPrimitives } from './normal.js';
import { quantilePrimitives } from './quantile.js';

/** Names of the primitives behind the special functions. */
export type SpecialName =
  | keyof typeof gammaPrimitives
  | keyof typeof incompletePrimitives
  | keyof typeof besselPrimitives
  | keyof typeof exponentialIntegralPrimitives
  | keyof typeof normalPrimitives
  | keyof typeof quantilePrimitives
  | keyof typeof elementaryPrimitives;

/** The primitives behind the special functions. */
export const specialPrimitives: Readonly<Record<SpecialName, Primitive>> = {
  ...gammaPrimitives,
  ...incompletePrimitives,
  ...besselPrimitives,
  ...exponentialIntegralPrimitives,
  ...normalPrimitives,
  ...quantilePrimitives,
  ...elementaryPrimitives,
};
