export {
  cosineDecay,
  cosineDecayRestarts,
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
} from './schedules/cosine-decay.js';
export {
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
  type DecayOptions,
  type PiecewiseConstantDecayOptions,
  type PolynomialDecayOptions,
} from './schedules/decay.js';
export type { Schedule } from './schedules/schedule.js';
