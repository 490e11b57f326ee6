import { evalShape, formatShape, isFloat, random, zeros, type Node, type Tensor } from '@tesserajs/tensor';
import { mapLeaves, tensorsOf } from '../structure.js';
import { isType } from './abstract.js';
import { Run } from './context.js';
import { modulePaths } from './module-paths.js';
import type { AnyModule } from './module.js';

/** A tensor that takes part in a model but lies in none of its fields. */
export interface Captured {
  readonly tensor: Tensor;
  /** Path of the module that uses it. */
  readonly path: string;
}

/**
 * The float tensors from outside that a model uses for inputs of some types: those that closures hold. They are neither
 * trained nor saved.
 */
export function capturedTensors(model: AnyModule, types: unknown): Captured[] {
  const first = outsiders(model, types);
  if (first.size === 0) return [];
  // What `call` makes is another tensor in each run; what stays the same comes from outside.
  const second = outsiders(model, types);
  return [...first].filter(([tensor]) => second.has(tensor)).map(([tensor, path]) => ({ tensor, path }));
}

/** The tensors that a run uses and that depend on nothing given to it. */
function outsiders(model: AnyModule, types: unknown): ReadonlyMap<Tensor, string> {
  const found = new Map<Tensor, string>();
  const seen = new Set<Node>();
  const collect = (y: unknown, path: string): void => {
    const open = tensorsOf(y);
    for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
      if (tensor.trace === null) {
        if (isFloat(tensor.dtype) && !found.has(tensor)) found.set(tensor, path);
      } else if (tensor.node !== null && !seen.has(tensor.node)) {
        seen.add(tensor.node);
        open.push(...tensor.node.operands);
      }
    }
  };
  const examples = mapLeaves(types, isType, ({ shape, dtype }) => zeros(shape, { dtype }));
  evalShape(
    (own: AnyModule, x: unknown) => {
      const paths = modulePaths(own);
      const observe = (module: AnyModule, _: unknown, y: unknown): unknown => {
        collect(y, paths.get(module) ?? '');
        return y;
      };
      own.apply(x as never, new Run({ training: true, key: random.key(0), paths, updates: new Map(), observe }));
    },
    model,
    examples,
  );
  return found;
}

const reported = new WeakSet<Tensor>();

/** Warns, once for each, of tensors that a model uses but that are in none of its fields. */
export function warnOfCaptured(operation: string, model: AnyModule, types: unknown): void {
  for (const { tensor, path } of capturedTensors(model, types)) {
    if (reported.has(tensor)) continue;
    reported.add(tensor);
    console.warn(
      `${operation}: ${path === '' ? 'the model' : path} uses a tensor (${tensor.dtype} ${formatShape(tensor.shape)}) that ` +
        'is in no field of a module: it is neither trained nor saved. Keep parameters in public fields, and constants in ' +
        'fields that the static stateFields of the class name; closures hide both',
    );
  }
}
