import { evalShape, isTensor, zeros, type TensorType } from '@tesserajs/tensor';
import { mapLeaves } from '../structure.js';
import { Run, type RunOptions } from './context.js';
import { modulePaths } from './module-paths.js';
import type { AnyModule } from './module.js';
import type { BuildOptions } from '../layers/layer.js';

/** True for shape and dtype of a tensor. */
export function isType(value: unknown): value is TensorType {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;
}

/** What a module gives for inputs of some types, without computing anything: types in place of tensors. */
function traceTypes(
  module: AnyModule,
  types: unknown,
  options: Pick<RunOptions, 'observe' | 'buildKey' | 'buildEmpty'> = {},
): unknown {
  const paths = modulePaths(module);
  const run = new Run({ training: false, key: null, updates: null, paths, ...options });
  const inputs = mapLeaves(types, isType, ({ shape, dtype }) => zeros(shape, { dtype }));
  return evalShape((x: never) => module.apply(x, run), inputs);
}

/**
 * Makes the weights that layers of a module lack, by a run on abstract tensors. When that fails, or they are not to be
 * kept, the layers are as they were.
 */
export function buildLayers(module: AnyModule, types: unknown, build: BuildOptions & { keep?: boolean }): unknown {
  const before = [...modulePaths(module).keys()].map((part) => [part, Object.assign({}, part)] as const);
  const { key, empty = false, keep = true } = build;
  let done = false;
  try {
    const outputs = traceTypes(module, types, { buildKey: key, buildEmpty: empty });
    done = keep;
    return outputs;
  } finally {
    if (!done) for (const [part, fields] of before) discardWeights(part, fields);
  }
}

function discardWeights(module: object, before: object): void {
  for (const [field, value] of Object.entries(before)) {
    const fields = module as Record<string, unknown>;
    if (isTensor(fields[field]) && !isTensor(value)) fields[field] = value;
  }
}
