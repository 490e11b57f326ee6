import { allocate, type DType, type HostArray, type NumericArray } from '../dtypes.js';
import type { Kernel, TensorType } from '../graph/primitive.js';
import { sizeOf, type Shape } from '../shapes.js';
import { broadcastStrides } from './broadcast.js';
import { commonDType, movable, toCommon, type MovableArray } from './common-arrays.js';

/** Elements that are computed at once where an operand is staged: few enough that they stay in the first cache. */
const chunkSize = 2048;

/** An array that holds pieces of one operand, and the view of it through which they are copied. */
interface Stage {
  readonly array: NumericArray;
  readonly view: MovableArray;
}

// Kernels run one at a time, so that all share these: one per position of an operand and dtype.
const stages = new Map<string, Stage>();

function stageFor(position: number, dtype: DType): Stage {
  const key = `${position} ${dtype}`;
  let stage = stages.get(key);
  if (stage === undefined) {
    const array = allocate(dtype, chunkSize) as NumericArray;
    stage = { array, view: movable(array) };
    stages.set(key, stage);
  }
  return stage;
}

/** Axes of a broadcast with as few of them as possible: neighbours that are read like one axis are one. */
interface RepeatPlan {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  /** Elements after which the operand begins anew. */
  readonly period: number;
}

function repeatPlan(shape: Shape, result: Shape): RepeatPlan {
  const sizes: number[] = [];
  const strides: number[] = [];
  broadcastStrides(shape, result).forEach((stride, axis) => {
    const size = result[axis]!;
    if (size === 1) return;
    const last = sizes.length - 1;
    if (last >= 0 && strides[last] === stride * size) {
      sizes[last]! *= size;
      strides[last] = stride;
    } else {
      sizes.push(size);
      strides.push(stride);
    }
  });
  return { sizes, strides, period: strides[0] === 0 ? sizeOf(sizes.slice(1)) : sizeOf(sizes) };
}

/** Copies elements start … start + count of a broadcast operand. */
function copyRepeated(
  source: MovableArray,
  target: MovableArray,
  { sizes, strides }: RepeatPlan,
  start: number,
  count: number,
): void {
  const axes = sizes.length;
  const counters = new Array<number>(axes);
  let position = 0;
  for (let axis = axes - 1, rest = start; axis >= 0; axis--) {
    counters[axis] = rest % sizes[axis]!;
    rest = (rest - counters[axis]!) / sizes[axis]!;
    position += counters[axis]! * strides[axis]!;
  }
  const inner = axes - 1;
  const stride = strides[inner]!;
  for (let write = 0; write < count;) {
    const run = Math.min(sizes[inner]! - counters[inner]!, count - write);
    for (let i = 0; i < run; i++, position += stride) target[write++] = source[position]!;
    counters[inner]! += run;
    for (let axis = inner; axis > 0 && counters[axis] === sizes[axis]; axis--) {
      position += strides[axis - 1]! - strides[axis]! * sizes[axis]!;
      counters[axis] = 0;
      counters[axis - 1]!++;
    }
  }
}

/** How the elements of one operand come into a loop. */
interface Source {
  readonly type: TensorType;
  /** The dtype that the loop sees. */
  readonly dtype: DType;
  /** 0: one element for all. */
  readonly stride: 0 | 1;
  /** Null for an operand that has as many elements as the result, or one. */
  readonly repeat: RepeatPlan | null;
}

function sourceOf(type: TensorType, result: Shape, dtype: DType): Source {
  const size = sizeOf(type.shape);
  if (size === 1) return { type, dtype, stride: 0, repeat: null };
  return { type, dtype, stride: 1, repeat: size === sizeOf(result) ? null : repeatPlan(type.shape, result) };
}

/** Computes `count` elements of `y`; operand i advances by `strides[i]`. */
export type ElementwiseLoop = (
  operands: readonly NumericArray[],
  strides: readonly (0 | 1)[],
  y: NumericArray,
  count: number,
) => void;

/** Which dtypes a loop sees. */
export interface LoopDTypes {
  readonly operands: readonly DType[];
  readonly result: DType;
}

/** The dtypes of the operands and of the result, each replaced by the common one. */
export function commonDTypes(operands: readonly TensorType[], result: TensorType): LoopDTypes {
  return { operands: operands.map(({ dtype }) => commonDType(dtype)), result: commonDType(result.dtype) };
}

/**
 * A kernel around an elementwise loop, which sees flat arrays of few kinds. Operands that broadcast, and arrays of rarer
 * kinds, are staged piece by piece and never materialised.
 */
export function elementwiseKernel(
  operands: readonly TensorType[],
  result: TensorType,
  dtypes: LoopDTypes,
  loop: ElementwiseLoop,
): Kernel {
  const size = sizeOf(result.shape);
  const sources = operands.map((type, i) => sourceOf(type, result.shape, dtypes.operands[i]!));
  const strides = sources.map(({ stride }) => stride);
  const stagesResult = dtypes.result !== result.dtype;
  if (!stagesResult && sources.every(({ type, dtype, repeat }) => repeat === null && dtype === type.dtype)) {
    return (inputs, [output]) => {
      loop(inputs as readonly NumericArray[], strides, output as NumericArray, size);
    };
  }
  const period = Math.max(1, ...sources.map(({ repeat }) => (repeat?.strides[0] === 0 ? repeat.period : 1)));
  // Pieces of whole periods: what is staged for the first of them serves all others.
  const length = period <= chunkSize ? chunkSize - (chunkSize % period) : chunkSize;
  const staysStaged = sources.map(({ repeat }) => repeat !== null && length % repeat.period === 0);
  return (inputs, [output]) => {
    const y = output as NumericArray;
    const whole = inputs.map((input, i) => wholeOperand(input, sources[i]!));
    const views = whole.map((array, i) => (sources[i]!.repeat === null ? null : movable(array)));
    const target = stagesResult ? stageFor(operands.length, dtypes.result).array : null;
    const parts = [...whole];
    for (let start = 0; start < size; start += length) {
      const count = Math.min(length, size - start);
      for (let i = 0; i < parts.length; i++) {
        const { repeat, type, dtype, stride } = sources[i]!;
        if (stride === 0 || (start > 0 && staysStaged[i] === true)) continue;
        if (repeat !== null) {
          const stage = stageFor(i, dtype);
          copyRepeated(views[i]!, stage.view, repeat, start, count);
          parts[i] = stage.array;
        } else {
          parts[i] = whole[i]!.subarray(start, start + count);
          if (dtype === type.dtype) continue;
          const { array } = stageFor(i, dtype);
          array.set(parts[i]!);
          parts[i] = array;
        }
      }
      if (target === null) loop(parts, strides, y.subarray(start, start + count), count);
      else {
        loop(parts, strides, target, count);
        y.set(target.subarray(0, count), start);
      }
    }
  };
}

/** An operand of one element, or one that is read again and again, is converted as a whole; others piece by piece. */
function wholeOperand(input: HostArray, { type, stride, repeat, dtype }: Source): NumericArray {
  const converts = (stride === 0 || repeat !== null) && dtype !== type.dtype;
  return converts ? toCommon(input, type.dtype) : (input as NumericArray);
}
