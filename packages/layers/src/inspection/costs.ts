import {
  bytesPerElement,
  graphFlops,
  isFloat,
  random,
  traceGraph,
  valueAndGrad,
  zeros,
  type Node,
  type Tensor,
} from '@tesserajs/tensor';
import { unbuilt } from '../layers/layer.js';
import type { AnyModel } from '../models/model.js';
import { isType } from '../module/abstract.js';
import { applyModule } from '../module/apply-module.js';
import type { Module } from '../module/module.js';
import { namedWeights } from '../module/weights.js';
import { mapLeaves, tensorsOf } from '../structure.js';
import { traceCalls } from './calls.js';
import { bytesOf, classNameOf, partName, sizeOf } from './summary.js';

/** What one part of a model costs. */
export interface LayerCosts {
  readonly name: string;
  readonly type: string;
  /** Values in its weights; those of a part that runs again count once. */
  readonly parameters: number;
  /** Floating-point operations for one example. */
  readonly flops: number;
  /** Memory of all that it computes for one example, in bytes. */
  readonly activationBytes: number;
}

/** What a model costs. */
export interface ModelCosts {
  /** In the order in which they run. */
  readonly layers: readonly LayerCosts[];
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly parameterBytes: number;
  /** Floating-point operations of inference, for one example. */
  readonly flops: number;
  /** Those of a forward and a backward pass, without loss and optimizer, for one example. */
  readonly trainingFlops: number;
  /** Memory of all that inference computes, in bytes for one example: an upper bound of what a backward pass needs of it. */
  readonly activationBytes: number;
}

/**
 * Numbers of parameters, operations and bytes of a model, counted in its graph without computing anything. A
 * multiplication and an addition are two operations. Throws an UnbuiltError for a model that is not built.
 *
 * @example
 * ```ts
 * const { parameters, flops } = costs(sequential([dense({ units: 10, inputShape: [784] })]));
 * [parameters, flops]; // → [7850, 15690]
 * ```
 */
export function costs(model: AnyModel): ModelCosts {
  const run = traceCalls(model);
  if (run === null) throw unbuilt(model);
  const name = partName(model);
  const counted = new Set<object>();
  const layers = run.calls.map(({ module, nodes }): LayerCosts => {
    const parameters = counted.has(module) ? 0 : sizeOf(namedWeights(module));
    counted.add(module);
    return { name: name(module), type: classNameOf(module), parameters, ...costsOf(nodes) };
  });
  const between = costsOf(run.between);
  const total = (part: 'flops' | 'activationBytes'): number =>
    layers.reduce((sum, layer) => sum + layer[part], between[part]);
  const weights = namedWeights(model);
  return {
    layers,
    parameters: sizeOf(weights),
    trainableParameters: sizeOf(weights.filter(({ trainable }) => trainable)),
    parameterBytes: bytesOf(weights),
    flops: total('flops'),
    trainingFlops: trainingFlops(model),
    activationBytes: total('activationBytes'),
  };
}

/** Operations and memory of nodes; what only renames an array takes none. */
function costsOf(nodes: readonly Node[]): { readonly flops: number; readonly activationBytes: number } {
  const made = nodes.filter(({ primitive }) => primitive.alias !== true).flatMap(({ results }) => results);
  return {
    flops: graphFlops({ nodes, inputs: [], outputs: [] }),
    activationBytes: made.reduce((sum, { size, dtype }) => sum + size * bytesPerElement(dtype), 0),
  };
}

function trainingFlops(model: AnyModel): number {
  const examples = mapLeaves(model.inputTypes, isType, ({ shape, dtype }) => zeros(shape, { dtype }));
  const loss = (own: AnyModel, x: unknown): Tensor => {
    const [y] = applyModule(own as unknown as Module<unknown, unknown>, x, { training: true, key: random.key(0) });
    const sums = tensorsOf(y).map((tensor) => (isFloat(tensor.dtype) ? tensor : tensor.cast('float32')).sum());
    return sums.reduce((total, sum) => total.add(sum));
  };
  return graphFlops(traceGraph(valueAndGrad(loss), model, examples).graph);
}
