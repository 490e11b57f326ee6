import { isHalf } from '../dtypes.js';
import { applyPlain } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { TriangularSystem } from '../kernels/linalg/triangular.js';
import { constant } from '../ops/create.js';
import { takeAlongAxis } from '../ops/indexing.js';
import { choleskyPrimitives } from '../ops/linalg/cholesky.js';
import { columnsOf, identity, leadingShape, matrixShape, productTransposed, rowsOf } from '../ops/linalg/matrices.js';
import { factorLu, luPrimitives, orderRows } from '../ops/linalg/lu.js';
import { solveTriangle, triangularSolvePrimitives } from '../ops/linalg/triangular-solve.js';
import { swapLastAxes } from '../ops/shape.js';
import { concat, slice } from '../ops/slice.js';
import type { Tensor } from '../tensor.js';

/**
 * Blocks above which primitives are taken apart. Each block of a factorization waits for the one before it, in a run of
 * its own: on ONNX Runtime with blocks of 64, a Cholesky factor of 256 rows takes twice as long in blocks, one of 512 a
 * third and one of 1024 a seventh of the time. Triangular systems invert all blocks in one run.
 */
const smallest: ReadonlyMap<unknown, number> = new Map([
  [choleskyPrimitives.cholesky, 4],
  [luPrimitives.lu, 4],
  [triangularSolvePrimitives.triangularSolve, 1],
]);

/** Where to cut n rows in two, so that all but the last block have the full size. */
function middle(n: number, block: number): number {
  return Math.ceil(n / 2 / block) * block;
}

/** The inverse of one diagonal block, by the primitive. */
function inverseOf(a: Tensor, system: TriangularSystem): Tensor {
  return solveTriangle(a, identity(matrixShape(a)[0], a.dtype), system);
}

/** x of op(a) · x = b, where blocks on the diagonal are inverted and all else is matrix products. */
function solveInBlocks(a: Tensor, b: Tensor, system: TriangularSystem, block: number): Tensor {
  const [n] = matrixShape(a);
  if (n <= block) return inverseOf(a, system).matmul(b);
  const cut = middle(n, block);
  const corner = (from: number, to: number): Tensor => rowsOf(columnsOf(a, from, to), from, to);
  const [first, last] = [corner(0, cut), corner(cut, n)];
  const beside = system.lower ? columnsOf(rowsOf(a, cut, n), 0, cut) : columnsOf(rowsOf(a, 0, cut), cut, n);
  const coupling = system.transpose ? swapLastAxes(beside) : beside;
  const [top, bottom] = [rowsOf(b, 0, cut), rowsOf(b, cut, n)];
  if (system.lower !== system.transpose) {
    const x = solveInBlocks(first, top, system, block);
    return concat([x, solveInBlocks(last, bottom.sub(coupling.matmul(x)), system, block)], -2);
  }
  const x = solveInBlocks(last, bottom, system, block);
  return concat([solveInBlocks(first, top.sub(coupling.matmul(x)), system, block), x], -2);
}

/** A lower triangular factor, and how systems with it are solved. */
interface Factor {
  readonly l: Tensor;
  readonly lastPivot: Tensor;
  readonly solve: (b: Tensor) => Tensor;
}

/** The factors of the halves are used where they are made, so that each block is inverted once and beside its making. */
function factorInBlocks(a: Tensor, block: number): Factor {
  const [n] = matrixShape(a);
  if (n <= block) {
    const l = applyPlain(choleskyPrimitives.cholesky, a);
    const inverse = inverseOf(l, { lower: true, transpose: false, unitDiagonal: false });
    return { l, lastPivot: rowsOf(columnsOf(l, n - 1, n), n - 1, n), solve: (b) => inverse.matmul(b) };
  }
  const cut = middle(n, block);
  const first = factorInBlocks(rowsOf(columnsOf(a, 0, cut), 0, cut), block);
  const below = swapLastAxes(first.solve(swapLastAxes(rowsOf(columnsOf(a, 0, cut), cut, n))));
  const rest = rowsOf(columnsOf(a, cut, n), cut, n).sub(productTransposed(below, below));
  const last = factorInBlocks(rest, block);
  const zeros = constant(0, [...leadingShape(a), cut, n - cut], a.dtype);
  return {
    l: concat([concat([first.l, zeros], -1), concat([below, last.l], -1)], -2),
    lastPivot: last.lastPivot,
    solve: (b) => {
      const x = first.solve(rowsOf(b, 0, cut));
      return concat([x, last.solve(rowsOf(b, cut, n).sub(below.matmul(x)))], -2);
    },
  };
}

/** What the lu primitive gives, for at least as many rows as columns: the left half, then the right one in its order. */
function luInBlocks(a: Tensor, block: number): readonly [factors: Tensor, order: Tensor, swaps: Tensor] {
  const [m, n] = matrixShape(a);
  if (n <= block) return factorLu(a);
  const cut = middle(n, block);
  const [left, order, swaps] = luInBlocks(columnsOf(a, 0, cut), block);
  const right = orderRows(columnsOf(a, cut, n), order);
  const [corner, below] = [rowsOf(left, 0, cut), rowsOf(left, cut, m)];
  const unitLower = { lower: true, transpose: false, unitDiagonal: true };
  const beside = solveInBlocks(corner, rowsOf(right, 0, cut), unitLower, block);
  const rest = luInBlocks(rowsOf(right, cut, m).sub(below.matmul(beside)), block);
  const open = order.shape.slice(0, -1).map(() => null);
  const [done, moved] = [slice(order, ...open, [0, cut]), slice(order, ...open, [cut, m])];
  return [
    concat([concat([corner, beside], -1), concat([orderRows(below, rest[1]), rest[0]], -1)], -2),
    concat([done, takeAlongAxis(moved, rest[1], -1)], -1),
    swaps.add(rest[2]),
  ];
}

/**
 * Makes large factorizations of blocks: the primitives see blocks of the given size, and the rest of the work is the
 * backend's matrix products. Source: Golub & Van Loan, "Matrix Computations" (4th ed.), 3.1.4, 3.2.11 and 4.2.9, recursively.
 */
export function blockFactorizations(graph: Graph, block: number): Graph {
  const large = ({ primitive, operands: [a] }: Node): boolean =>
    smallest.has(primitive) &&
    matrixShape(a!)[0] >= matrixShape(a!)[1] &&
    matrixShape(a!)[1] > smallest.get(primitive)! * block &&
    !isHalf(a!.dtype);
  if (!graph.nodes.some(large)) return graph;
  return rewriteGraph(graph, (node, [a, b]) => {
    if (!large(node)) return null;
    switch (node.primitive) {
      case choleskyPrimitives.cholesky: {
        const { l, lastPivot } = factorInBlocks(a!, block);
        return [l.add(lastPivot.mul(constant(0, [], a!.dtype)))]; // NaN everywhere, where the factor does not exist
      }
      case luPrimitives.lu:
        return luInBlocks(a!, block);
      case triangularSolvePrimitives.triangularSolve:
        return [solveInBlocks(a!, b!, node.attributes as TriangularSystem, block)];
      default:
        return null;
    }
  });
}
