import type { Primitive } from '../graph/primitive.js';
import { geluComposites } from './elementwise/gelu.js';
import { siluComposites } from './elementwise/silu.js';
import { softplusComposites } from './elementwise/softplus.js';
import { normalizeComposites } from './normalize.js';

/** Names of all composites; a backend keeps a table with an entry for each: a fused form, or that their body is inlined. */
export type CompositeName = 'gelu' | 'geluTanh' | 'silu' | 'softplus' | 'normalize' | 'layerNorm' | 'rmsNorm';

/** All composites by name. */
export const composites: Readonly<Record<CompositeName, Primitive>> = {
  ...geluComposites,
  ...siluComposites,
  ...softplusComposites,
  ...normalizeComposites,
};

/** The names of all composites. */
export const compositeNames: readonly CompositeName[] = Object.keys(composites) as CompositeName[];
