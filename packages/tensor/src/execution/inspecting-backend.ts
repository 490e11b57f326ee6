import { ambient } from '../ambient.js';
import { allocate, isFloat, type HostArray } from '../dtypes.js';
import { ExecutionError } from '../errors.js';
import { formatElement } from '../format-values.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { originOf } from '../graph/origins.js';
import type { TensorType } from '../graph/primitive.js';
import { decodeNumber } from '../half.js';
import { prepareKernel } from '../kernels/prepare.js';
import { formatShape, positionOf, sizeOf } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { Backend, DeviceBuffer, Executable, ExecutableStats } from './backend.js';
import { referenceBackend } from './reference.js';

/** What a value holds besides numbers. */
interface Contents {
  readonly nans: number;
  readonly infinities: number;
  /** Index of the first NaN and of the first infinity; −1 without one. */
  readonly firstNaN: number;
  readonly firstInfinity: number;
  /** Ends of the range of what is not NaN. */
  readonly low: number;
  readonly high: number;
}

function inspect(data: HostArray, { dtype }: TensorType): Contents {
  let [nans, infinities, firstNaN, firstInfinity] = [0, 0, -1, -1];
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = decodeNumber(Number(data[i]), dtype);
    if (Number.isNaN(value)) {
      if (nans++ === 0) firstNaN = i;
      continue;
    }
    if (!Number.isFinite(value) && infinities++ === 0) firstInfinity = i;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { nans, infinities, firstNaN, firstInfinity, low, high };
}

function describeOperand(data: HostArray, type: TensorType, index: number): string {
  const name = `operand ${index}: ${type.dtype} ${formatShape(type.shape)}`;
  if (type.dtype === 'key' || data.length === 0) return name;
  const { nans, low, high } = inspect(data, type);
  if (nans === data.length) return `${name}, all NaN`;
  const [from, to] = [low, high].map((value) => formatElement(value, 'float64'));
  const range = low === high ? `all ${from}` : `from ${from} to ${to}`;
  return `${name}, ${range}${nans > 0 ? `, ${nans} NaN` : ''}`;
}

function failure(
  node: Node,
  operands: readonly HostArray[],
  type: TensorType,
  what: string,
  at: number,
): ExecutionError {
  const position = type.shape.length === 0 ? '' : `, first at ${formatShape(positionOf(at, type.shape))}`;
  const origin = originOf(node);
  const lines = [
    `${node.primitive.name} made ${what} of ${type.dtype} ${formatShape(type.shape)}${position}`,
    ...operands.map((data, i) => describeOperand(data, node.operands[i]!, i)),
    ...(origin?.within == null ? [] : [`in ${origin.within}`]),
    ...(origin?.line == null ? [] : [`at ${origin.line}`]),
  ];
  return new ExecutionError(lines.join('\n  '));
}

/** Throws for a NaN, or an infinity where those count too, that a node made of operands without any. */
function check(node: Node, operands: readonly HostArray[], results: readonly HostArray[]): void {
  const infinitiesCount = ambient.debug.nonFinite === 'NaN and Infinity';
  if (operands.length === 0) return; // constants are what somebody wrote
  node.results.forEach((type, i) => {
    if (!isFloat(type.dtype)) return;
    const { nans, infinities, firstNaN, firstInfinity } = inspect(results[i]!, type);
    if (nans === 0 && (infinities === 0 || !infinitiesCount)) return;
    const given = operands.map((data, k) => inspect(data, node.operands[k]!));
    const hadNaN = given.some((contents) => contents.nans > 0);
    if (nans > 0 && !hadNaN)
      throw failure(node, operands, type, `NaN: ${nans} of ${sizeOf(type.shape)} elements`, firstNaN);
    if (infinities === 0 || !infinitiesCount || hadNaN || given.some((contents) => contents.infinities > 0)) return;
    throw failure(node, operands, type, `Infinity: ${infinities} of ${sizeOf(type.shape)} elements`, firstInfinity);
  });
}

/** Runs one operation at a time and looks at what it made. */
class InspectingExecutable implements Executable {
  readonly #graph: Graph;
  #runs = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get stats(): ExecutableStats {
    return { nodes: this.#graph.nodes.length, runs: this.#runs, bytes: 0 };
  }

  run(inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] {
    this.#runs++;
    const { nodes, outputs, inputs: types } = this.#graph;
    const values = new Map<Tensor, HostArray>();
    types.forEach((input, i) => values.set(input, inputs[i] as HostArray));
    for (const node of nodes) {
      const operands = node.operands.map((operand) => values.get(operand)!);
      const results = node.results.map(({ dtype, shape }) => allocate(dtype, sizeOf(shape)));
      prepareKernel(node.primitive, node)(operands, results);
      check(node, operands, results);
      node.results.forEach((result, i) => values.set(result, results[i]!));
    }
    // Outputs share no buffer with an input or with each other: their owners may donate them.
    const taken = new Set<DeviceBuffer>(inputs);
    return outputs.map((output) => {
      const buffer = values.get(output)!;
      if (taken.has(buffer)) return buffer.slice();
      taken.add(buffer);
      return buffer;
    });
  }

  dispose(): void {
    // Nothing is held between runs.
  }
}

/** The reference backend, one operation at a time: what evaluations use while `debug.nans` is on. */
export const inspectingBackend: Backend = {
  ...referenceBackend,
  compile: (graph) => new InspectingExecutable(graph),
};
