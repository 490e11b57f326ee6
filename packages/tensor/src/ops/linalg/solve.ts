import { isHalf, type NumericArray } from '../../dtypes.js';
import { apply } from '../../graph/bind.js';
import { definePrimitive, type Primitive } from '../../graph/primitive.js';
import { loadMatrix, matrixIndices, storeMatrix } from '../../kernels/linalg/batches.js';
import { luInPlace } from '../../kernels/linalg/lu.js';
import { solveTriangular } from '../../kernels/linalg/triangular.js';
import type { Tensor } from '../../tensor.js';
import { alignBatched } from '../align.js';
import { commonDType } from '../elementwise/define.js';
import { operandPair } from '../operands.js';
import { sumTo } from '../sum-to.js';
import { factorLu, orderRows, restoreRows } from './lu.js';
import { checkRows, checkSquare, identity, leadingShape, matrixShape, productTransposed } from './matrices.js';
import { solveTriangle } from './triangular-solve.js';

/** Attributes of `solve`. */
export interface SolveAttributes {
  /** The transposed matrix is meant. */
  readonly transpose: boolean;
}

/** Solution of a · x = b, or of aᵀ · x = b. */
const solvePrimitive: Primitive<SolveAttributes> = definePrimitive<SolveAttributes>({
  name: 'solve',
  linear: [1],
  shape([a, b]) {
    const dtype = commonDType('solve', [a!, b!]);
    checkSquare('solve', a!);
    return { shape: [...checkRows('solve', a!, b!), ...matrixShape(b!)], dtype };
  },
  vjp: ({ cotangent, operands: [a, b], result: x, attributes: { transpose } }) => {
    const db = apply(solvePrimitive, [a!, cotangent], { transpose: !transpose });
    const da = (transpose ? productTransposed(x, db) : productTransposed(db, x)).neg();
    return [sumTo(da, a!.shape), sumTo(db, b!.shape)];
  },
  batch: ({ operands, batched, attributes }) => apply(solvePrimitive, alignBatched(operands, batched), attributes),
  // A system, its gradient and others with the same matrix then share the factorization. Halves keep the precision of one
  // kernel.
  expand: ({ operands: [a, b], attributes }) => (isHalf(a!.dtype) ? null : [solveByFactors(a!, b!, attributes)]),
  reference({ operands: [a, b], results: [x], attributes: { transpose } }) {
    const [n, m] = matrixShape(b!);
    const leading = leadingShape(x!);
    const [matrixOf, rightOf] = [matrixIndices(leadingShape(a!), leading), matrixIndices(leadingShape(b!), leading)];
    // Between its steps the work is rounded to the dtype, as it is when a pass has taken the steps apart.
    return ([matrices, right], [y]) => {
      const [factors, work, columns] = [new Float64Array(n * n), new Float64Array(n * m), new Float64Array(n * m)];
      const order = new Int32Array(n);
      const round = (values: Float64Array): void => {
        if (y instanceof Float32Array) for (let k = 0; k < values.length; k++) values[k] = Math.fround(values[k]!);
      };
      let factored = -1;
      for (let i = 0; i < matrixOf.length; i++) {
        if (matrixOf[i] !== factored) {
          factored = matrixOf[i]!;
          loadMatrix(matrices as NumericArray, factored, factors);
          luInPlace(factors, order, n, n);
          round(factors);
        }
        loadMatrix(right as NumericArray, rightOf[i]!, work);
        if (!transpose) {
          for (let r = 0; r < n; r++) columns.set(work.subarray(order[r]! * m, (order[r]! + 1) * m), r * m);
        } else columns.set(work);
        for (const system of steps(transpose)) {
          solveTriangular(factors, columns, n, m, system);
          round(columns);
        }
        if (transpose) {
          for (let r = 0; r < n; r++) work.set(columns.subarray(r * m, (r + 1) * m), order[r]! * m);
        } else work.set(columns);
        storeMatrix(work, y as NumericArray, i);
      }
    };
  },
});

const unitLower = { lower: true, transpose: false, unitDiagonal: true };
const upper = { lower: false, transpose: false, unitDiagonal: false };

/** The triangular systems that follow each other. */
function steps(transpose: boolean): readonly (typeof upper)[] {
  if (!transpose) return [unitLower, upper];
  return [
    { ...upper, transpose },
    { ...unitLower, transpose },
  ];
}

/** The same solution from a factorization that stands in the graph by itself. */
function solveByFactors(a: Tensor, b: Tensor, { transpose }: SolveAttributes): Tensor {
  const [factors, order] = factorLu(a);
  const start = transpose ? b : orderRows(b, order);
  const end = steps(transpose).reduce((x, system) => solveTriangle(factors, x, system), start);
  return transpose ? restoreRows(end, order) : end;
}

/**
 * Solves a · x = b for a: [..., n, n] and b: [..., n, m], or one vector b: [n] → x: [..., n, m] or [..., n]; leading axes
 * broadcast. Floats of one dtype; LU factorization with partial pivoting. A singular a gives Infinity or NaN.
 * Throws a ShapeError when a is not square or the sizes differ.
 *
 * @example
 * ```ts
 * linalg.solve(tensor([[2, 1], [1, 3]]), tensor([5, 10])); // → [1, 3]
 * ```
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  checkSquare('solve', a);
  const [matrix, right] = operandPair('solve', a, b);
  const vector = b.rank === 1;
  const x = apply(solvePrimitive, [matrix, vector ? right.expandDims(1) : right], { transpose: false });
  return vector ? x.squeeze(-1) : x;
}

/**
 * Inverse of square matrices: a: [..., n, n] → [..., n, n], in a's float dtype. A singular matrix gives Infinity or NaN.
 * `solve` is faster and more accurate than a product with the inverse. Throws a ShapeError when a is not square.
 *
 * @example
 * ```ts
 * linalg.inv(tensor([[2, 0], [0, 4]])); // → [[0.5, 0], [0, 0.25]]
 * ```
 */
export function inv(a: Tensor): Tensor {
  checkSquare('inv', a);
  return apply(solvePrimitive, [a, identity(matrixShape(a)[0], a.dtype)], { transpose: false });
}

/** The transposed inverse. */
export function inverseTransposed(a: Tensor): Tensor {
  return apply(solvePrimitive, [a, identity(matrixShape(a)[0], a.dtype)], { transpose: true });
}

/** The primitive of linear systems. */
export const solvePrimitives: Readonly<Record<'solve', Primitive<SolveAttributes>>> = { solve: solvePrimitive };
