import {
  dtypeKind,
  isFloat,
  isWideInteger,
  type DType,
  type DTypeKind,
  type HostArray,
  type NumericArray,
} from '../../dtypes.js';
import { DTypeError } from '../../errors.js';
import { checkTensor, bind, noAttributes } from '../../graph/bind.js';
import {
  definePrimitive,
  type BatchContext,
  type KernelNode,
  type Kernel,
  type NotDifferentiable,
  type Primitive,
  type TensorType,
  type VjpContext,
} from '../../graph/primitive.js';
import { operandReader } from '../../kernels/broadcast.js';
import { commonDTypes, elementwiseKernel, type LoopDTypes } from '../../kernels/staging.js';
import { broadcastShapes, formatShape, sizeOf, type Shape } from '../../shapes.js';
import type { Tensor, TensorLike } from '../../tensor.js';
import { alignBatched } from '../align.js';
import { operand } from '../operands.js';

/** Fills `y` from `x`, element by element; integers of 8 and 16 bits come as int32. */
export type UnaryLoop = (x: NumericArray, y: NumericArray, n: number, dtype: DType) => void;

/** Fills `y` from `a` and `b`, which advance by their strides (0 or 1). */
export type BinaryLoop = (
  a: NumericArray,
  strideA: number,
  b: NumericArray,
  strideB: number,
  y: NumericArray,
  n: number,
  dtype: DType,
) => void;

type Vjp = ((context: VjpContext<object>) => readonly (Tensor | null)[]) | NotDifferentiable;

const articles: Readonly<Record<DTypeKind, string>> = {
  float: 'floats',
  int: 'signed integers',
  uint: 'unsigned integers',
  bool: 'bool',
  key: 'keys',
};

/** Throws a DTypeError unless the kind of `dtype` is accepted. */
export function checkKind(operation: string, type: TensorType, accepted: readonly DTypeKind[]): void {
  checkTensor(operation, type);
  if (accepted.includes(dtypeKind(type.dtype))) return;
  if (type.dtype === 'key') {
    throw new DTypeError(
      `${operation}: random keys ${formatShape(type.shape)} are not accepted; derive keys with random.split or random.foldIn`,
    );
  }
  throw new DTypeError(
    `${operation}: ${type.dtype} ${formatShape(type.shape)} is not accepted; it takes ` +
      `${accepted.map((kind) => articles[kind]).join(', ')}: use .cast(…)`,
  );
}

/** Batches any elementwise primitive: batched operands get axes of size 1 so that all broadcast from the right. */
export function batchElementwise(primitive: () => Primitive): (context: BatchContext<object>) => Tensor {
  return ({ operands, batched, attributes }) => bind(primitive(), alignBatched(operands, batched), attributes)[0]!;
}

/** A loop for bool alone sees it as it is; so does a result that is always bool. */
function loopDTypes(operands: readonly TensorType[], result: TensorType, accepts: readonly DTypeKind[]): LoopDTypes {
  const boolOnly = accepts.length === 1 && accepts[0] === 'bool';
  const { operands: common, result: wide } = commonDTypes(operands, result);
  return {
    operands: boolOnly ? operands.map(({ dtype }) => dtype) : common,
    result: result.dtype === 'bool' ? 'bool' : wide,
  };
}

/** What an elementwise primitive of one operand consists of. */
export interface UnaryDefinition {
  readonly name: string;
  readonly accepts: readonly DTypeKind[];
  /** dtype of the result; the operand's unless given. */
  readonly resultDType?: DType;
  readonly vjp: Vjp;
  readonly loop: UnaryLoop;
  /** One element of 64-bit integers, where `loop` does not serve them. */
  readonly wide?: (x: bigint) => bigint;
}

/** Defines an elementwise primitive of one operand. */
export function unary({ name, accepts, resultDType, vjp, loop, wide }: UnaryDefinition): Primitive {
  const primitive: Primitive = definePrimitive({
    name,
    elementwise: true,
    shape([x]) {
      checkKind(name, x!, accepts);
      return resultDType === undefined ? x! : { shape: x!.shape, dtype: resultDType };
    },
    vjp,
    batch: batchElementwise(() => primitive),
    reference({ operands, results }: KernelNode<object>): Kernel {
      const n = sizeOf(results[0]!.shape);
      const { dtype } = operands[0]!;
      if (wide !== undefined && isWideInteger(dtype)) {
        return ([x], [y]) => {
          for (let i = 0; i < n; i++) y![i] = wide(x![i] as bigint);
        };
      }
      return elementwiseKernel(
        operands,
        results[0]!,
        loopDTypes(operands, results[0]!, accepts),
        ([x], _, y, count) => {
          loop(x!, y, count, dtype);
        },
      );
    },
  });
  return primitive;
}

/** What an elementwise primitive of two operands consists of. */
export interface BinaryDefinition {
  readonly name: string;
  readonly accepts: readonly DTypeKind[];
  /** dtype of the result; the operands' unless given. */
  readonly resultDType?: DType;
  readonly vjp: Vjp;
  readonly loop: BinaryLoop;
  /** One element of 64-bit integers, where `loop` does not serve them. */
  readonly wide?: (a: bigint, b: bigint) => bigint | number;
}

/** The common dtype of operands that must agree; throws a DTypeError that proposes the cast. */
export function commonDType(operation: string, operands: readonly TensorType[]): DType {
  const [first] = operands;
  checkTensor(operation, first);
  const { dtype } = first;
  for (const operand of operands) {
    checkTensor(operation, operand);
    if (operand.dtype !== dtype) {
      const types = operands.map((type) => `${type.dtype} ${formatShape(type.shape)}`).join(' and ');
      const target = operands.find((type) => isFloat(type.dtype))?.dtype ?? dtype;
      throw new DTypeError(`${operation}: dtypes differ: ${types}; convert one with .cast('${target}')`);
    }
  }
  return dtype;
}

/** Defines an elementwise primitive of two operands, which broadcast. */
export function binary({ name, accepts, resultDType, vjp, loop, wide }: BinaryDefinition): Primitive {
  const primitive: Primitive = definePrimitive({
    name,
    elementwise: true,
    shape([a, b]) {
      const dtype = commonDType(name, [a!, b!]);
      checkKind(name, a!, accepts);
      const shape: Shape = broadcastShapes(name, a!.shape, b!.shape);
      return { shape, dtype: resultDType ?? dtype };
    },
    vjp,
    batch: batchElementwise(() => primitive),
    reference({ operands, results }: KernelNode<object>): Kernel {
      const { shape } = results[0]!;
      const { dtype } = operands[0]!;
      if (wide !== undefined && isWideInteger(dtype)) {
        const n = sizeOf(shape);
        const a = operandReader(operands[0]!.shape, shape, dtype);
        const b = operandReader(operands[1]!.shape, shape, dtype);
        return ([x, z], [y]) => {
          const left = a.read(x!) as HostArray as BigInt64Array;
          const right = b.read(z!) as HostArray as BigInt64Array;
          for (let i = 0; i < n; i++) y![i] = wide(left[i * a.stride]!, right[i * b.stride]!);
        };
      }
      const dtypes = loopDTypes(operands, results[0]!, accepts);
      return elementwiseKernel(operands, results[0]!, dtypes, ([x, z], [stepA, stepB], y, count) => {
        loop(x!, stepA!, z!, stepB!, y, count, dtype);
      });
    },
  });
  return primitive;
}

/** Applies an elementwise primitive; numbers and booleans become scalars. */
export function elementwise(primitive: Primitive, ...operands: readonly TensorLike[]): Tensor {
  return bind(
    primitive,
    operands.map((value) => operand(value, primitive.name)),
    noAttributes,
  )[0]!;
}
