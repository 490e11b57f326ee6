import { ambient } from '../ambient.js';
import { PendingLimitError } from '../errors.js';
import { sortNodes, type Graph } from '../graph/graph.js';
import { checkReadable, refuseTracer } from '../graph/trace.js';
import type { Tensor } from '../tensor.js';
import type { Backend } from './backend.js';
import { getExecutable } from './executables.js';
import { inspectingBackend } from './inspecting-backend.js';
import { bytesOf } from './live-memory.js';
import { checkQueue, submit } from './queue.js';
import { referenceBackend } from './reference.js';
import { Storage } from './storage.js';

const pendingLimit = 20_000;
/** Below this many elements in all operands and results together, starting a native run costs more than computing. */
const tinyGraphElements = 2048;

/** The backend that is set. */
export function activeBackend(): Backend {
  return ambient.backend ?? referenceBackend;
}

/** The backend that runs a graph: the one that is set, but reference for a tiny graph unless a backend is pinned. */
export function backendFor(graph: Graph): Backend {
  if (ambient.debug.nonFinite !== null) return inspectingBackend;
  const active = activeBackend();
  if (ambient.backendPinned || active.memorySpace !== referenceBackend.memorySpace) return active;
  let elements = 0;
  for (const node of graph.nodes) {
    for (const operand of node.operands) elements += operand.size;
    for (const result of node.results) elements += result.size;
  }
  return elements <= tinyGraphElements ? referenceBackend : active;
}

/**
 * What an evaluation has to compute. Besides what was asked for, it stores every tensor that an earlier evaluation
 * computed without storing and that a node which never ran needs: so a loop that reads only its loss does not grow. And
 * what acts on the host is stored, so that it acts once.
 */
function collect(requested: readonly Tensor[]): Graph {
  const nodes = sortNodes(requested, (tensor) => tensor.storage === null);
  if (nodes.length > pendingLimit) {
    throw new PendingLimitError(
      `evaluate: ${nodes.length} operations wait for a value, more than ${pendingLimit}; ` +
        'call `await evaluate(w)` on the state in each step of the loop, or compile the step',
    );
  }
  const inputs = new Set<Tensor>();
  const outputs = new Set(requested);
  for (const node of nodes) {
    if (node.primitive.effect === true) for (const result of node.results) outputs.add(result);
    for (const operand of node.operands) {
      if (operand.storage !== null || operand.node === null) inputs.add(operand);
      else if (!node.executed && operand.node.executed) outputs.add(operand);
    }
  }
  return { inputs: [...inputs], outputs: [...outputs], nodes };
}

/** Queues what `tensors` need and marks them as stored; their storages fill when the run ends. */
export function schedule(operation: string, tensors: readonly Tensor[]): void {
  for (const tensor of tensors) {
    checkReadable(operation, tensor);
    tensor.storage?.checkUsable(operation);
  }
  const requested = [...new Set(tensors.filter((tensor) => tensor.storage === null))];
  if (requested.length === 0) return;
  const graph = collect(requested);
  for (const input of graph.inputs) {
    checkReadable(operation, input);
    input.storage!.checkUsable(operation);
  }
  const backend = backendFor(graph);
  const inputs = graph.inputs.map((input) => input.storage!);
  const cached = getExecutable(
    graph,
    backend,
    graph.inputs.map(() => false),
  );
  checkQueue(operation, backend);
  const outputs = graph.outputs.map((output) => new Storage(backend, null, bytesOf(output)));
  for (const node of graph.nodes) node.executed = true;
  graph.outputs.forEach((output, i) => {
    output.storage = outputs[i]!;
    output.scope?.add(outputs[i]!);
    output.node = null;
  });
  submit({ cached, inputs, types: graph.inputs, donated: [], outputs, separable: graph });
}

/**
 * Computes several tensors at once, sharing work, and resolves when all have values.
 * Throws PendingLimitError, TraceError or the error of the run.
 *
 * @example
 * ```ts
 * const a = tensor([0, 0]).exp();
 * const b = a.sum();
 * await evaluate(a, b);
 * b; // → 2
 * ```
 */
export function evaluate(...tensors: readonly Tensor[]): Promise<void> {
  for (const tensor of tensors) refuseTracer('evaluate', tensor);
  return settle(tensors);
}

async function settle(tensors: readonly Tensor[]): Promise<void> {
  schedule('evaluate', tensors);
  const storages = tensors.map((tensor) => tensor.storage!);
  for (const storage of storages) storage.beginRead();
  try {
    for (const storage of storages) {
      if (storage.isPending) await storage.settled();
      if (storage.error !== null) throw storage.error;
    }
  } finally {
    for (const storage of storages) storage.endRead();
  }
}
