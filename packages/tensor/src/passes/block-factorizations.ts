import { isHalf } from '../dtypes.js';
import { applyPlain } from '../graph/bind.js';
import { rewriteGraph, type Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { TriangularSystem } from '../kernels/linalg/triangular.js';
import { constant } from '../ops/create.js';
import { choleskyPrimitives } from '../ops/linalg/cholesky.js';
import { columnsOf, identity, leadingShape, matrixShape, productTransposed, rowsOf } from '../ops/linalg/matrices.js';
import { solveTriangle, triangularSolvePrimitives } from '../ops/linalg/triangular-solve.js';
import { swapLastAxes } from '../ops/shape.js';
import { concat } from '../ops/slice.js';
import type { Tensor } from '../tensor.js';

/**
 * Blocks above which primitives are taken apart. Each block of a Cholesky factor waits for the one before it, in a run of
 * its own: on ONNX Runtime with blocks of 64, 256 rows take twice as long in blocks, 512 a third and 1024 a seventh of the
 * time. Triangular systems invert all blocks in one run.
 */
const smallest: ReadonlyMap<unknown, number> = new Map([
  [choleskyPrimitives.cholesky, 4],
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

/**
 * Makes large factorizations of blocks: the primitives see blocks of the given size, and the rest of the work is the
 * backend's matrix products. Source: Golub & Van Loan, "Matrix Computations" (4th ed.), 3.1.4 and 4.2.9, recursively.
 */
export function blockFactorizations(graph: Graph, block: number): Graph {
  const large = ({ primitive, operands: [a] }: Node): boolean =>
    smallest.has(primitive) && matrixShape(a!)[0] > smallest.get(primitive)! * block && !isHalf(a!.dtype);
  if (!graph.nodes.some(large)) return graph;
  return rewriteGraph(graph, (node, [a, b]) => {
    if (!large(node)) return null;
    switch (node.primitive) {
      case choleskyPrimitives.cholesky: {
        const { l, lastPivot } = factorInBlocks(a!, block);
        return [l.add(lastPivot.mul(constant(0, [], a!.dtype)))]; // NaN everywhere, where the factor does not exist
      }
      case triangularSolvePrimitives.triangularSolve:
        return [solveInBlocks(a!, b!, node.attributes as TriangularSystem, block)];
      default:
        return null;
    }
  });
}
