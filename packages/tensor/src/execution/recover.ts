import type { TesseraError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { Tensor } from '../tensor.js';
import { getExecutable, pin, unpin } from './executables.js';
import { asExecutionError, execute, type Job } from './job.js';

/** Runs that a failed one may cost: enough to find a few culprits among hundreds of outputs. */
const attemptLimit = 64;

/** The part of a graph that some of its outputs need. */
function partOf(graph: Graph, outputs: readonly Tensor[]): Graph {
  const needed = new Set(outputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.results.some((result) => needed.has(result))) continue;
    for (const operand of node.operands) needed.add(operand);
    nodes.push(node);
  }
  return { inputs: graph.inputs.filter((input) => needed.has(input)), outputs, nodes: nodes.reverse() };
}

/** Computes some outputs of a failed run without the others; the error if that fails too. */
async function attempt(job: Job, graph: Graph, positions: readonly number[]): Promise<TesseraError | null> {
  const { backend } = job.cached;
  try {
    const part = partOf(
      graph,
      positions.map((position) => graph.outputs[position]!),
    );
    const inputs = part.inputs.map((input) => job.inputs[graph.inputs.indexOf(input)]!);
    for (const { error } of inputs) if (error !== null) return error;
    const cached = getExecutable(
      part,
      backend,
      inputs.map(() => false),
    );
    const alone = { cached, inputs, types: part.inputs, donated: [], outputs: [] };
    pin(cached);
    try {
      const made = await execute(alone, cached.executable ?? (await cached.ready!));
      positions.forEach((position, i) => {
        job.outputs[position]!.fill(made[i]!);
      });
    } finally {
      unpin(cached);
    }
    return null;
  } catch (error) {
    return asExecutionError(backend, error);
  }
}

function halves(positions: readonly number[]): (readonly number[])[] {
  const middle = positions.length >> 1;
  return [positions.slice(0, middle), positions.slice(middle)];
}

/**
 * Settles the outputs of a failed run: it is tried again in parts, so that only outputs that cannot be computed fail.
 * The inputs must be held until that is done.
 */
export async function recover(job: Job, graph: Graph, reason: TesseraError): Promise<void> {
  let attempts = 0;
  const failed: [positions: readonly number[], error: TesseraError][] = [[graph.outputs.map((_, i) => i), reason]];
  for (let next = failed.pop(); next !== undefined; next = failed.pop()) {
    const [positions, error] = next;
    if (positions.length === 1 || attempts >= attemptLimit) {
      for (const position of positions) job.outputs[position]!.fail(error);
      continue;
    }
    for (const half of halves(positions)) {
      attempts++;
      const again = await attempt(job, graph, half);
      if (again !== null) failed.push([half, again]);
    }
  }
}
