import { ambient } from '../ambient.js';
import { ArgumentError, DTypeError, ExecutionError } from '../errors.js';
import { formatValues } from '../format-values.js';
import { checkTensor, apply } from '../graph/bind.js';
import { tracedLine } from '../graph/origins.js';
import { definePrimitive, type Primitive } from '../graph/primitive.js';
import { formatShape, positionOf, type Shape } from '../shapes.js';
import type { Tensor } from '../tensor.js';

/** Attributes of `debugPrint`. */
export interface DebugPrintAttributes {
  readonly label: string;
  /** Leading axes that vmap added. */
  readonly batchAxes: number;
}

/** `[3]`, or `[4,3] (a batch of [3])`. */
function describeShape(shape: Shape, batchAxes: number): string {
  if (batchAxes === 0) return formatShape(shape);
  const example = shape.slice(batchAxes);
  return `${formatShape(shape)} (a batch of ${example.length === 0 ? 'scalars' : formatShape(example)})`;
}

const debugPrintPrimitive: Primitive<DebugPrintAttributes> = definePrimitive<DebugPrintAttributes>({
  name: 'debugPrint',
  effect: true,
  takesBits: true,
  shape: ([x]) => x!,
  vjp: ({ cotangent }) => [cotangent],
  jvp: ({ tangents }) => tangents,
  batch: ({ operands, attributes }) =>
    apply(debugPrintPrimitive, operands, { ...attributes, batchAxes: attributes.batchAxes + 1 }),
  reference({ operands: [type], attributes: { label, batchAxes } }) {
    const { dtype, shape } = type!;
    return ([x], [y]) => {
      const values = formatValues(x!, type!);
      const separator = values.includes('\n') ? '\n' : ' ';
      ambient.debug.printer(`${label}: ${dtype} ${describeShape(shape, batchAxes)}${separator}${values}`);
      y!.set(x as never);
    };
  },
});

/**
 * x itself, which is printed when it is computed: in compiled functions and under transforms too. Under `vmap` the whole
 * batch is printed, and said to be one; derivatives print nothing of their own. A print whose result nothing needs is
 * dropped, also where only the gradient is asked for and does without it. Of more than 1,000 elements the edges are shown.
 *
 * @param x - any shape and dtype.
 *
 * @example
 * ```ts
 * await debug.print('w', tensor([1, 2])).square().data(); // prints "w: float32 [2] [1, 2]"
 * // → w: float32 [2] [1, 2]
 * ```
 */
export function print(label: string, x: Tensor): Tensor {
  checkTensor('debug.print', x);
  return apply(debugPrintPrimitive, [x], { label, batchAxes: 0 });
}

/** Attributes of `debugCheck`. */
export interface DebugCheckAttributes {
  readonly message: string;
  /** Leading axes of the condition that vmap added. */
  readonly batchAxes: number;
  /** Line of the call, or null. */
  readonly line: string | null;
}

const debugCheckPrimitive: Primitive<DebugCheckAttributes> = definePrimitive<DebugCheckAttributes>({
  name: 'debugCheck',
  effect: true,
  takesBits: true,
  shape([x, condition]) {
    if (condition!.dtype !== 'bool') {
      throw new DTypeError(
        `debug.check: the condition is ${condition!.dtype} ${formatShape(condition!.shape)}; it must be bool: compare it, ` +
          'e.g. x.greater(0)',
      );
    }
    return x!;
  },
  vjp: ({ cotangent }) => [cotangent, null],
  jvp: ({ tangents: [tangent] }) => [tangent!],
  batch({ operands: [x, condition], batched, size, attributes }) {
    const batch = batched[0] === true ? x! : x!.broadcastTo([size, ...x!.shape]);
    const batchAxes = attributes.batchAxes + (batched[1] === true ? 1 : 0);
    return apply(debugCheckPrimitive, [batch, condition!], { ...attributes, batchAxes });
  },
  reference({ operands: [, type], attributes: { message, batchAxes, line } }) {
    const { shape } = type!;
    return ([x, condition], [y]) => {
      const failing = (condition as Uint8Array).indexOf(0);
      if (failing >= 0) {
        const place = shape.length === 0 ? '' : ` at ${formatShape(positionOf(failing, shape))}`;
        const origin = line === null ? '' : ` (${line})`;
        throw new ExecutionError(
          `debug.check: ${message}: the condition bool ${describeShape(shape, batchAxes)} is false${place}${origin}`,
        );
      }
      y!.set(x as never);
    };
  },
});

/**
 * x itself, if the condition holds everywhere; else each read of what depends on it rejects with an ExecutionError that
 * has the message and the first position where the condition is false. Derivatives pass through.
 *
 * Throws a DTypeError for a condition that is not bool.
 *
 * @param x - any shape and dtype.
 * @param condition - bool, of any shape.
 *
 * @example
 * ```ts
 * const root = (x: Tensor) => debug.check(x, x.greaterEqual(0), 'x must not be negative').sqrt();
 * root(tensor([4])); // → [2]
 * ```
 */
export function check(x: Tensor, condition: Tensor, message: string): Tensor {
  if (typeof message !== 'string') throw new ArgumentError('debug.check: the message is missing; say what should hold');
  for (const operand of [x, condition]) checkTensor('debug.check', operand);
  return apply(debugCheckPrimitive, [x, condition], { message, batchAxes: 0, line: tracedLine() });
}

/** Names of the primitives for debugging. */
export type DebugName = 'debugPrint' | 'debugCheck';

/** The primitives for debugging. */
export const debugPrimitives: Readonly<{
  debugPrint: Primitive<DebugPrintAttributes>;
  debugCheck: Primitive<DebugCheckAttributes>;
}> = { debugPrint: debugPrintPrimitive, debugCheck: debugCheckPrimitive };
