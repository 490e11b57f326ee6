import { isInteger, type DType } from '../../dtypes.js';
import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import type { TraceKind } from '../../graph/trace.js';
import { sameShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { flatten, sameDefinition, unflatten, type FlatTree, type TreeDefinition } from '../../tree/flatten.js';
import { formatTree } from '../../tree/format.js';
import { closeFunction, type ClosedFunction, type PlaceholderType } from '../../transforms/close-function.js';
import { scalar } from '../operands.js';
import { asOutput } from './body.js';

/** Numbers and tensors may take each other's places. */
function withoutNumbers(definition: TreeDefinition): TreeDefinition {
  switch (definition.kind) {
    case 'number':
      return { kind: 'leaf' };
    case 'array':
    case 'object':
    case 'module':
      return { ...definition, children: definition.children.map(withoutNumbers) };
    default:
      return definition;
  }
}

function isWeak(leaf: Tensor | number): boolean {
  return typeof leaf === 'number' || leaf.weak;
}

/** The types of a carry's leaves; a number has the dtype that was found for it, or none yet. */
function placeholders({ leaves }: FlatTree, found: readonly (DType | null)[]): PlaceholderType[] {
  return leaves.map((leaf, i) => {
    if (!isWeak(leaf)) return leaf as Tensor;
    const dtype = found[i] ?? null;
    return dtype === null ? { shape: [], dtype: 'float64', weak: true } : { shape: [], dtype };
  });
}

/** Throws unless a step returned the carry that it got, up to the values. */
function checkCarry(kind: TraceKind, before: FlatTree, after: FlatTree, types: readonly PlaceholderType[]): void {
  const both = (): string => {
    const start = formatTree({ ...before, leaves: types as never });
    return `${kind}: the carry starts as ${start} and is ${formatTree(after)} after a step`;
  };
  if (!sameDefinition(withoutNumbers(before.definition), withoutNumbers(after.definition))) {
    throw new ArgumentError(`${both()}; its structure must stay: return what the body got, with new values`);
  }
  after.leaves.forEach((leaf, i) => {
    const { shape, dtype } = types[i]!;
    const own = typeof leaf === 'number' ? [] : leaf.shape;
    if (!sameShape(own, shape)) {
      throw new ShapeError(`${both()}; shapes must stay: give init the shape that the body returns`);
    }
    if (!isWeak(leaf) && (leaf as Tensor).dtype !== dtype) {
      throw new DTypeError(`${both()}; dtypes must stay: cast init or the result of the body with .cast('${dtype}')`);
    }
  });
}

/** What a body function gives for one step. */
export interface StepResult {
  readonly carry: unknown;
  /** Further results, which do not feed the next step. */
  readonly extra: unknown;
}

/** A loop body on the leaves of a carry: outputs are the new carry, then the leaves of `extra`. */
export interface LoopBody extends ClosedFunction<FlatTree> {
  /** The first carry, numbers as tensors. */
  readonly init: readonly Tensor[];
  readonly types: readonly PlaceholderType[];
}

/**
 * Traces a loop body. Numbers in the first carry take the dtype that the body returns in their place: integral ones may
 * become integers, all others are float32 where the body leaves them as weak as they are.
 */
export function traceLoopBody(
  kind: TraceKind,
  start: FlatTree,
  others: readonly PlaceholderType[],
  step: (carry: unknown, others: readonly Tensor[]) => StepResult,
): LoopBody {
  const attempt = (found: readonly (DType | null)[]): { body: ClosedFunction<FlatTree>; wanted: (DType | null)[] } => {
    const types = placeholders(start, found);
    let wanted: (DType | null)[] = [];
    const body = closeFunction(kind, [...types, ...others], (inputs) => {
      const count = start.leaves.length;
      const { carry, extra } = step(unflatten(start.definition, inputs.slice(0, count)), inputs.slice(count));
      const after = flatten(carry, { numbers: 'leaf' });
      const rest = flatten(extra, { numbers: 'leaf' });
      const open = types.some(({ weak }) => weak === true);
      if (!open) checkCarry(kind, start, after, types);
      wanted = types.map(({ weak, dtype }, i) => {
        const leaf = after.leaves[i];
        if (weak !== true) return dtype;
        return leaf === undefined || isWeak(leaf) ? 'float32' : (leaf as Tensor).dtype;
      });
      const outputs = open ? [] : after.leaves.map((leaf, i) => asOutput(leaf, types[i]!.dtype));
      return { outputs: [...outputs, ...rest.leaves.map((leaf) => asOutput(leaf))], value: rest };
    });
    return { body, wanted };
  };
  const finish = (found: readonly (DType | null)[]): LoopBody => {
    const types = placeholders(start, found);
    const { body } = attempt(found);
    const init = start.leaves.map((leaf, i) => {
      const { dtype } = types[i]!;
      if (isWeak(leaf) && isInteger(dtype) && !Number.isInteger(leaf)) {
        throw new DTypeError(
          `${kind}: the body returns ${dtype} for ${typeof leaf === 'number' ? `the number ${leaf}` : 'a traced number'} of ` +
            'the carry; give init a tensor of that dtype',
        );
      }
      if (typeof leaf === 'number') return scalar(leaf, dtype);
      return leaf.weak ? leaf.cast(dtype) : leaf;
    });
    return { ...body, init, types };
  };
  const unknown = start.leaves.map(() => null);
  if (!start.leaves.some(isWeak)) return finish(unknown);
  try {
    return finish(attempt(unknown).wanted);
  } catch (error) {
    const integral = start.leaves.every((leaf) => typeof leaf !== 'number' || Number.isInteger(leaf));
    if (
      !(error instanceof DTypeError) ||
      !integral ||
      start.leaves.some((leaf) => typeof leaf !== 'number' && leaf.weak)
    ) {
      throw error;
    }
    // A weak number does not meet integers: it may be one itself.
    try {
      return finish(start.leaves.map((leaf) => (isWeak(leaf) ? 'int32' : null)));
    } catch {
      throw error;
    }
  }
}
