import { kernel, type ParameterSpec, zeros } from './parameters.js';

/**
 * Network that solves the Poisson equation Δu = -2π² sin(πx) sin(πy) on the unit square, where u = 0 at the border: dense
 * layers with tanh give n, and u = x (1 - x) y (1 - y) n. It is trained on the mean square of the residual Δu + 2π² sin(πx)
 * sin(πy), which it gives for each point. Source: Raissi et al., "Physics-informed neural networks" (2019).
 */
export interface PoissonNetwork {
  readonly type: 'poisson';
  readonly inputShape: readonly [2];
  readonly units: number;
  /** Hidden layers. */
  readonly layers: number;
}

/** Kernel and bias of each layer. */
export function poissonParameters({ units, layers }: PoissonNetwork): ParameterSpec[] {
  const hidden = Array.from({ length: layers }, (_, i) => [kernel(i === 0 ? 2 : units, units), zeros(units)]);
  return [...hidden.flat(), kernel(units, 1), zeros(1)];
}
