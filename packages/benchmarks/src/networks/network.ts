import { discriminatorParameters, type DiscriminatorNetwork } from './discriminator.js';
import type { ParameterSpec } from './parameters.js';
import { poissonParameters, type PoissonNetwork } from './poisson.js';
import { recurrentParameters, type RecurrentNetwork } from './recurrent.js';
import { residualParameters, type ResidualNetwork } from './residual.js';
import { sequentialParameters, type SequentialNetwork } from './sequential.js';
import { transformerParameters, type TransformerNetwork } from './transformer.js';
import { unetParameters, type UNetwork } from './unet.js';

/**
 * A network as plain data, which every peer builds in its own terms. It gives logits, over the last axis; the one for
 * Poisson's equation gives residuals instead, and its labels mean nothing.
 */
export type Network =
  | SequentialNetwork
  | ResidualNetwork
  | RecurrentNetwork
  | TransformerNetwork
  | UNetwork
  | DiscriminatorNetwork
  | PoissonNetwork;

/** The parameters in the order in which peers read them. */
export function parameterSpecs(network: Network): ParameterSpec[] {
  switch (network.type) {
    case 'sequential':
      return sequentialParameters(network);
    case 'residual':
      return residualParameters(network);
    case 'recurrent':
      return recurrentParameters(network);
    case 'transformer':
      return transformerParameters(network);
    case 'unet':
      return unetParameters(network);
    case 'discriminator':
      return discriminatorParameters(network);
    case 'poisson':
      return poissonParameters(network);
  }
}

/** Shape of the labels of one example: one for each position or pixel that gets a class, else []. */
export function labelShape(network: Network): readonly number[] {
  if (network.type === 'transformer') return network.inputShape;
  return network.type === 'unet' ? network.inputShape.slice(0, 2) : [];
}
