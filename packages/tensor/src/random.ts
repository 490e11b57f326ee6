export {
  bernoulli,
  bits,
  foldIn,
  key,
  normal,
  split,
  truncatedNormal,
  uniform,
  type DistributionOptions,
  type UniformOptions,
} from './random/base.js';
export { cauchy, exponential, gumbel, laplace, logistic } from './random/continuous.js';
export {
  binomial,
  categorical,
  poisson,
  rademacher,
  randint,
  type CategoricalOptions,
  type RandintOptions,
} from './random/discrete.js';
export { beta, chiSquare, dirichlet, gamma, studentT } from './random/gamma.js';
export { ball, multivariateNormal, orthogonal } from './random/vectors.js';
export { choice, permutation, type ChoiceOptions } from './random/permutation.js';
