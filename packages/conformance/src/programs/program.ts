import {
  bind,
  concat,
  isFloat,
  primitives,
  sizeOf,
  type PrimitiveName,
  type Tensor,
  type TensorType,
} from '@tesserajs/tensor';
import type { Value } from '../values.js';

/** Applies a primitive to earlier values, by their numbers. */
export interface PrimitiveStep {
  readonly kind: 'primitive';
  readonly name: PrimitiveName;
  readonly operands: readonly number[];
  readonly attributes: object;
  /** Number of terms of each sum behind an element of the result. */
  readonly length: number;
  /** How many values it adds. */
  readonly resultCount: number;
}

/** Gives an earlier value another shape, and floats another range, so that an operation takes it. */
export interface FitStep {
  readonly kind: 'fit';
  readonly operand: number;
  readonly type: TensorType;
  /** Limits of the result; null leaves the elements as they are. */
  readonly range: readonly [low: number, high: number] | null;
}

export type Step = PrimitiveStep | FitStep;

/** A program: steps on numbered values, of which the first are the inputs. */
export interface Program {
  readonly seed: number;
  readonly inputs: readonly Value[];
  readonly steps: readonly Step[];
  /** The values that no step uses. */
  readonly outputs: readonly number[];
}

/** Repeats or cuts the elements of `x`, and squashes floats into a range. */
function fit(x: Tensor, { type, range }: FitStep): Tensor {
  const size = sizeOf(type.shape);
  const copies = Math.ceil(size / x.size);
  const flat = x.reshape([-1]);
  const long = copies <= 1 ? flat : concat(Array.from({ length: copies }, () => flat));
  const shaped = long.slice([0, size]).reshape(type.shape).cast(type.dtype);
  if (range === null || !isFloat(type.dtype)) return shaped;
  const [low, high] = range;
  return shaped
    .tanh()
    .add(1)
    .mul((high - low) / 2)
    .add(low);
}

/** How large the rounding error of a result may be. */
export interface Rounding {
  /** Number of terms that are added up for one element. */
  readonly length: number;
  /** Size of the terms, where they cancel; null for that of the elements. */
  readonly scale: number | null;
}

/** Sees, and may replace, each result that is rounded. */
export type Observer = (result: Tensor, rounding: Rounding) => Tensor;

function roundingOf(step: Step): Rounding {
  if (step.kind === 'primitive') return { length: step.length, scale: null };
  return { length: 1, scale: step.range === null ? null : Math.max(...step.range.map(Math.abs)) };
}

/** Runs one step on the values so far. */
export function runStep(step: Step, values: readonly Tensor[]): readonly Tensor[] {
  if (step.kind === 'fit') return [fit(values[step.operand]!, step)];
  const operands = step.operands.map((i) => values[i]!);
  return bind(primitives[step.name], operands, step.attributes);
}

/** The outputs of a program for given inputs. */
export function runProgram(program: Program, inputs: readonly Tensor[], observe?: Observer): Tensor[] {
  const values: Tensor[] = [...inputs];
  for (const step of program.steps) {
    const results = runStep(step, values);
    values.push(...(observe === undefined ? results : results.map((x) => observe(x, roundingOf(step)))));
  }
  return program.outputs.map((i) => values[i]!);
}

/** A program as text, one step a line, for reports of what differs. */
export function printProgram({ seed, inputs, steps, outputs }: Program): string {
  let next = 0;
  const lines = inputs.map(({ dtype, shape }) => `v${next++} = input ${dtype} [${shape.join(',')}]`);
  for (const step of steps) {
    const text =
      step.kind === 'fit'
        ? `fit v${step.operand} ${step.type.dtype} [${step.type.shape.join(',')}]${step.range ? ` in ${step.range.join('…')}` : ''}`
        : `${step.name} ${step.operands.map((i) => `v${i}`).join(' ')} ${JSON.stringify(step.attributes)}`;
    const count = step.kind === 'fit' ? 1 : step.resultCount;
    lines.push(`${Array.from({ length: count }, () => `v${next++}`).join(', ')} = ${text}`);
  }
  return [`program ${seed}`, ...lines, `outputs ${outputs.map((i) => `v${i}`).join(' ')}`].join('\n');
}
