import type { DType, NumericArray } from '../../dtypes.js';
import { bind } from '../../graph/bind.js';
import { definePrimitive, type NotDifferentiable, type Primitive, type VjpRule } from '../../graph/primitive.js';
import { operandReader } from '../../kernels/broadcast.js';
import { broadcastShapes, sizeOf, type Shape } from '../../shapes.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { alignBatched } from '../align.js';
import { checkKind, commonDType } from '../elementwise/define.js';
import { operand, operandPair } from '../operands.js';

/** What an elementwise function of floats that has attributes, or three operands, consists of. */
interface PointwiseDefinition<A extends object> {
  readonly name: string;
  readonly vjp: VjpRule<A> | NotDifferentiable;
  /** One element of the result, from one of each operand. */
  readonly evaluate: (attributes: A, a: number, b: number, c: number) => number;
}

/** Defines an elementwise function of up to three floats, which broadcast. */
export function pointwise<A extends object>({ name, vjp, evaluate }: PointwiseDefinition<A>): Primitive<A> {
  const primitive: Primitive<A> = definePrimitive<A>({
    name,
    elementwise: true,
    shape(operands) {
      const dtype: DType = commonDType(name, operands);
      checkKind(name, operands[0]!, ['float']);
      const shape = operands.reduce<Shape>((all, one) => broadcastShapes(name, all, one.shape), []);
      return { shape, dtype };
    },
    vjp,
    batch: ({ operands, batched, attributes }) => bind(primitive, alignBatched(operands, batched), attributes)[0]!,
    reference({ operands, results, attributes }) {
      const { shape, dtype } = results[0]!;
      const n = sizeOf(shape);
      const readers = operands.map((type) => operandReader(type.shape, shape, dtype));
      const [p, q, r] = [0, 1, 2].map((i) => readers[i]?.stride ?? 0) as [number, number, number];
      const none = new Float64Array(1);
      return (inputs, [y]) => {
        const [a, b, c] = [0, 1, 2].map((i): NumericArray => readers[i]?.read(inputs[i]!) ?? none);
        for (let i = 0; i < n; i++) y![i] = evaluate(attributes, a![i * p]!, b![i * q]!, c![i * r]!);
      };
    },
  });
  return primitive;
}

/** Applies an elementwise function, whose name errors show. */
export function applyPointwise<A extends object>(
  primitive: Primitive<A>,
  attributes: A,
  ...values: readonly TensorLike[]
): Tensor {
  const [first, ...rest] = values;
  if (rest.length === 0) return bind(primitive, [operand(first!, primitive.name)], attributes)[0]!;
  const anchor = values.find((value) => typeof value === 'object') ?? first!;
  const operands = values.map((value) =>
    value === anchor ? operand(value, primitive.name) : operandPair(primitive.name, value, anchor)[0],
  );
  return bind(primitive, operands, attributes)[0]!;
}
