export { adam, type AdamOptions } from './optimizers/adam.js';
export { stepScalars, type Optimizer, type OptimizerState, type StepScalars } from './optimizers/optimizer.js';
export type { OptimizerName } from './optimizers/resolve.js';
export { sgd, type SgdOptions } from './optimizers/sgd.js';
