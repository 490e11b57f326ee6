export { adadelta, type AdadeltaOptions } from './optimizers/adadelta.js';
export { adafactor, type AdafactorOptions } from './optimizers/adafactor.js';
export { adagrad, type AdagradOptions } from './optimizers/adagrad.js';
export { adam, adamW, type AdamOptions } from './optimizers/adam.js';
export { adamax, type AdamaxOptions } from './optimizers/adamax.js';
export { withOptions, type OptimizerOptions } from './optimizers/common.js';
export { ftrl, type FtrlOptions } from './optimizers/ftrl.js';
export { lamb, type LambOptions } from './optimizers/lamb.js';
export { lion, type LionOptions } from './optimizers/lion.js';
export { minimizeLbfgs, type LbfgsOptions, type LbfgsResult } from './optimizers/lbfgs.js';
export { multiOptimizer, type OptimizerGroup } from './optimizers/multi-optimizer.js';
export { muon, type MuonOptions } from './optimizers/muon.js';
export { nadam, type NadamOptions } from './optimizers/nadam.js';
export {
  stepScalars,
  type HostScalars,
  type Optimizer,
  type OptimizerState,
  type StepScalars,
} from './optimizers/optimizer.js';
export { parameterwise, type ParameterRule } from './optimizers/parameterwise.js';
export type { OptimizerName } from './optimizers/resolve.js';
export { rmsprop, type RmspropOptions } from './optimizers/rmsprop.js';
export { scheduleFreeAdamW, type ScheduleFreeAdamWOptions } from './optimizers/schedule-free-adamw.js';
export { sgd, type SgdOptions } from './optimizers/sgd.js';
