import { exampleArguments, formatShape, isTensor, tree, zeros, type Tensor } from '@tesserajs/tensor';
import { ModelBuildError } from './errors.js';

function describe(value: unknown): string {
  if (isTensor(value)) return `${value.dtype} ${formatShape(value.shape)}`;
  return typeof value === 'object' && value !== null ? 'a tree' : `a ${typeof value}`;
}

/** Arguments like those of the last call of a compiled function. */
export function lastArguments(f: object): readonly unknown[] {
  const last = typeof f === 'function' ? exampleArguments(f as (...args: never) => unknown) : null;
  if (last !== null) return last;
  throw new ModelBuildError(
    'toOnnx: shapes and dtypes are not known; give example arguments, or a compiled function that was called',
  );
}

/** Positions of the arguments that hold a batch. */
export function batchPositions(args: readonly unknown[], given: readonly number[] | undefined): readonly number[] {
  if (given !== undefined) {
    const wrong = given.find((position) => !Number.isInteger(position) || position < 0 || position >= args.length);
    if (wrong === undefined) return given;
    throw new ModelBuildError(`toOnnx: batchArgnums ${wrong} is out of range for ${args.length} arguments`);
  }
  const other = args.findIndex((argument) => !isTensor(argument));
  if (other < 0) return [...args.keys()];
  throw new ModelBuildError(
    `toOnnx: argument ${other} is ${describe(args[other])}, not a batch; say which arguments have the batch as axis 0 ` +
      "with { batchArgnums: […] }, or export with { batch: 'fixed' }",
  );
}

/** A tensor of the same kind for another batch size. */
function resized({ shape, dtype }: Tensor, size: number, position: number): Tensor {
  if (shape.length === 0) {
    throw new ModelBuildError(
      `toOnnx: argument ${position} holds a scalar, which has no batch axis; leave it out of batchArgnums, or export ` +
        "with { batch: 'fixed' }",
    );
  }
  return zeros([size, ...shape.slice(1)], { dtype });
}

/** Arguments like the given ones, with another batch size at the given positions. */
export function withBatchSize(args: readonly unknown[], positions: readonly number[], size: number): unknown[] {
  return args.map((argument, position) => {
    if (!positions.includes(position)) return argument;
    const { leaves, definition } = tree.flatten(argument);
    return tree.unflatten(
      definition,
      leaves.map((leaf) => resized(leaf as Tensor, size, position)),
    );
  });
}
