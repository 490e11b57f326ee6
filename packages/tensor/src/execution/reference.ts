import { ambient } from '../ambient.js';
import { allocate, bytesPerElement, type HostArray } from '../dtypes.js';
import { OutOfMemoryError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import type { Kernel } from '../graph/primitive.js';
import { prepareKernel } from '../kernels/prepare.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import type { Backend, DeviceBuffer, Executable, ExecutableStats } from './backend.js';
import { describeTotals } from './live-memory.js';

/** One kernel call on numbered slots. */
interface Step {
  readonly kernel: Kernel | null; // null: the result shares the operand's buffer
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly node: Node;
  /** Slots that no later step reads. */
  readonly release: number[];
}

/** Zeroed memory for a result; throws an OutOfMemoryError where JavaScript has none. */
function allocateResult({ primitive }: Node, { shape, dtype, size }: Tensor): HostArray {
  try {
    return allocate(dtype, size);
  } catch {
    throw new OutOfMemoryError(
      `${primitive.name}: no memory for ${dtype} ${formatShape(shape)}, ${size * bytesPerElement(dtype)} bytes; ${describeTotals()}`,
    );
  }
}

class ReferenceExecutable implements Executable {
  readonly #steps: readonly Step[];
  readonly #slots: number;
  readonly #inputs: readonly number[];
  readonly #outputs: readonly number[];
  #runs = 0;

  constructor(graph: Graph) {
    const slotOf = new Map<Tensor, number>();
    for (const input of graph.inputs) slotOf.set(input, slotOf.size);
    this.#inputs = graph.inputs.map((input) => slotOf.get(input)!);
    const steps = graph.nodes.map((node): Step => {
      const { primitive, operands, results, attributes } = node;
      for (const result of results) slotOf.set(result, slotOf.size);
      return {
        kernel: primitive.alias === true ? null : prepareKernel(primitive, { operands, results, attributes }),
        inputs: operands.map((operand) => slotOf.get(operand)!),
        outputs: results.map((result) => slotOf.get(result)!),
        node,
        release: [],
      };
    });
    this.#outputs = graph.outputs.map((output) => slotOf.get(output)!);
    this.#slots = slotOf.size;
    const kept = new Set(this.#outputs);
    const released = new Set<number>();
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]!;
      for (const slot of [...step.inputs, ...step.outputs]) {
        if (kept.has(slot) || released.has(slot)) continue;
        released.add(slot);
        step.release.push(slot);
      }
    }
    this.#steps = steps;
  }

  get stats(): ExecutableStats {
    return { nodes: this.#steps.length, runs: this.#runs, bytes: 0 };
  }

  run(inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] {
    this.#runs++;
    const slots = new Array<HostArray | null>(this.#slots).fill(null);
    inputs.forEach((buffer, i) => {
      slots[this.#inputs[i]!] = buffer as HostArray;
    });
    const { observer } = ambient.debug;
    for (const { kernel, inputs: from, outputs: to, node, release } of this.#steps) {
      const operands = from.map((slot) => slots[slot]!);
      if (kernel === null) slots[to[0]!] = operands[0]!;
      else {
        const ended = observer?.(node);
        const results = node.results.map((result) => allocateResult(node, result));
        kernel(operands, results);
        ended?.();
        to.forEach((slot, i) => {
          slots[slot] = results[i]!;
        });
      }
      for (const slot of release) slots[slot] = null;
    }
    return this.#takeOutputs(slots, inputs);
  }

  /** Outputs never share a buffer with an input or with each other: their owners may donate them. */
  #takeOutputs(slots: readonly (HostArray | null)[], inputs: readonly DeviceBuffer[]): DeviceBuffer[] {
    const taken = new Set<DeviceBuffer>(inputs);
    return this.#outputs.map((slot) => {
      const buffer = slots[slot]!;
      if (taken.has(buffer)) return buffer.slice();
      taken.add(buffer);
      return buffer;
    });
  }

  dispose(): void {
    // Nothing is held outside garbage-collected memory.
  }
}

/** Plain TypeScript kernels: runs everywhere, the oracle for other backends and the path for tiny graphs. */
export const referenceBackend: Backend = {
  name: 'reference',
  memorySpace: 'host',
  channels: 'last',
  randomOnHost: false,
  supports: ({ primitive }) => primitive.body === undefined,
  compile: (graph) => new ReferenceExecutable(graph),
  toDevice: (data) => data,
  fromDevice: (buffer) => buffer as HostArray,
  free: () => undefined,
  memory: () => ({ bytes: 0 }),
};
