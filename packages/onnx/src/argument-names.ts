import type { tree } from '@tesserajs/tensor';
import { ModelBuildError } from './errors.js';

/** The given names, or `input`, or `input_0`, … for several. */
function numbered(stem: string, count: number, given: readonly string[] | undefined): readonly string[] {
  if (given !== undefined && given.length !== count) {
    const text = given.length === 1 ? `1 ${stem} name` : `${given.length} ${stem} names`;
    throw new ModelBuildError(
      `toOnnx: ${text} (${given.join(', ')}) for ${count} ${stem}${count === 1 ? '' : 's'}; give one each, or none`,
    );
  }
  return given ?? (count === 1 ? [stem] : Array.from({ length: count }, (_, i) => `${stem}_${i}`));
}

/** Joins a name and a path in what it names, which is empty for a tensor by itself. */
export function joinPath(name: string, path: string): string {
  return path === '' ? name : `${name}.${path}`;
}

/** Paths that begin with a position, with the name of what is there in its place. */
function named(paths: readonly string[], names: readonly string[]): string[] {
  return paths.map((path) => {
    const [position] = path.split('.', 1);
    return joinPath(names[Number(position)]!, path.slice(position!.length + 1));
  });
}

/** Names of the tensors of all arguments: the argument's name, and the path in it. */
export function inputNames(paths: readonly string[], count: number, given: readonly string[] | undefined): string[] {
  return named(paths, numbered('input', count, given));
}

/** Names of the tensors of a result: keys of an object are names; elements of an array are named like arguments. */
export function outputNames(
  { paths, definition }: Pick<tree.FlatTree, 'paths' | 'definition'>,
  given: readonly string[] | undefined,
): string[] {
  if (definition.kind === 'array') return named(paths, numbered('output', definition.children.length, given));
  if (definition.kind === 'leaf') return [...numbered('output', 1, given)];
  if (definition.kind === 'module') return paths.map((path) => joinPath(numbered('output', 1, given)[0]!, path));
  if (given !== undefined) {
    throw new ModelBuildError(
      `toOnnx: the function returns an object, whose keys are the names of the outputs; outputNames (${given.join(', ')}) ` +
        'are for a tensor or an array',
    );
  }
  return [...paths];
}
