import { createGraph, type Graph } from '../graph/graph.js';
import { createLeaf } from '../graph/bind.js';
import { rewriteNodes } from '../graph/graph.js';
import type { Tensor } from '../tensor.js';
import type { Backend, CompileGraphOptions, DeviceBuffer, Executable, ExecutableStats } from './backend.js';
import { compileDriven } from './host-loop.js';
import { referenceBackend } from './reference.js';
import { partition, type Segment } from './segments.js';
import { duplicate, transfer, whenAll } from './transfer.js';

/** One compiled segment with the tensors that go in and out. */
interface Stage {
  readonly backend: Backend;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Per input: its buffer is consumed. */
  readonly donate: readonly boolean[];
  /** Per input: it was made by an earlier stage, and no later stage and no output needs it. */
  readonly last: readonly boolean[];
  readonly executable: Executable;
}

function segmentGraph(
  segment: Segment,
  needed: ReadonlySet<Tensor>,
): { inputs: Tensor[]; outputs: Tensor[]; graph: Graph } {
  const own = new Set<Tensor>(segment.nodes.flatMap((node) => node.results));
  const inputs = new Set<Tensor>();
  for (const node of segment.nodes) {
    for (const operand of node.operands) if (!own.has(operand)) inputs.add(operand);
  }
  const outputs = [...own].filter((tensor) => needed.has(tensor));
  const replaced = new Map<Tensor, Tensor>();
  for (const input of inputs) replaced.set(input, createLeaf(input.shape, input.dtype));
  rewriteNodes(segment.nodes, replaced, () => null);
  const graph = createGraph(
    [...inputs].map((input) => replaced.get(input)!),
    outputs.map((output) => replaced.get(output) ?? output),
  );
  return { inputs: [...inputs], outputs, graph };
}

/** A buffer and where it lies. */
interface Located {
  readonly buffer: DeviceBuffer;
  readonly backend: Backend;
}

type Buffers = readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>;

/** Runs its stages in order, moving buffers between memory spaces where they differ. */
class Program implements Executable {
  readonly #graph: Graph;
  readonly #backend: Backend;
  readonly #stages: readonly Stage[];
  #runs = 0;

  constructor(graph: Graph, backend: Backend, stages: readonly Stage[]) {
    this.#graph = graph;
    this.#backend = backend;
    this.#stages = stages;
  }

  get stats(): ExecutableStats {
    let bytes = 0;
    for (const { executable } of this.#stages) bytes += executable.stats.bytes;
    return { nodes: this.#graph.nodes.length, runs: this.#runs, bytes };
  }

  run(inputs: readonly DeviceBuffer[]): Buffers {
    this.#runs++;
    const values = new Map<Tensor, Located>();
    this.#graph.inputs.forEach((input, i) => values.set(input, { buffer: inputs[i]!, backend: this.#backend }));
    return this.#runFrom(0, values, inputs);
  }

  #runFrom(start: number, values: Map<Tensor, Located>, inputs: readonly DeviceBuffer[]): Buffers {
    for (let i = start; i < this.#stages.length; i++) {
      const { backend, executable, ...stage } = this.#stages[i]!;
      const buffers = stage.inputs.map((input) => {
        const { buffer, backend: from } = values.get(input)!;
        return transfer(buffer, from, backend, input);
      });
      let read: readonly DeviceBuffer[] = [];
      const outputs = whenAll(buffers, (ready) => {
        read = ready;
        return executable.run(ready);
      });
      const store = (made: readonly DeviceBuffer[]): void => {
        this.#freeUnused(stage, backend, values, read);
        stage.outputs.forEach((output, k) => values.set(output, { buffer: made[k]!, backend }));
      };
      if (outputs instanceof Promise) {
        return outputs.then((made) => {
          store(made);
          return this.#runFrom(i + 1, values, inputs);
        });
      }
      store(outputs);
    }
    return this.#takeOutputs(values, inputs);
  }

  /** Frees what a stage read and nobody needs any more: copies from another memory, and values it was the last to read. */
  #freeUnused(
    { inputs, donate, last }: Omit<Stage, 'backend' | 'executable' | 'outputs'>,
    backend: Backend,
    values: Map<Tensor, Located>,
    read: readonly DeviceBuffer[],
  ): void {
    inputs.forEach((input, k) => {
      const { buffer, backend: owner } = values.get(input)!;
      const copied = owner.memorySpace !== backend.memorySpace;
      if (copied && !donate[k]!) backend.free(read[k]!);
      if (last[k]! && (copied || !donate[k]!)) owner.free(buffer);
    });
  }

  /** Outputs never share a buffer with an input or with each other: their owners may donate them. */
  #takeOutputs(values: Map<Tensor, Located>, inputs: readonly DeviceBuffer[]): Buffers {
    const taken = new Set(inputs);
    const outputs = this.#graph.outputs.map((output) => {
      const { buffer, backend } = values.get(output)!;
      if (taken.has(buffer)) {
        return whenAll([duplicate(buffer, backend, output)], ([copy]) =>
          transfer(copy!, backend, this.#backend, output),
        );
      }
      taken.add(buffer);
      return transfer(buffer, backend, this.#backend, output);
    });
    return whenAll(outputs, (ready) => ready);
  }

  dispose(): void {
    for (const stage of this.#stages) stage.executable.dispose();
  }
}

/** Compiles a graph for a backend; nodes that it does not support run on the reference backend in between. */
export function compileProgram(
  graph: Graph,
  backend: Backend,
  options: CompileGraphOptions,
): Executable | Promise<Executable> {
  if (backend === referenceBackend) return backend.compile(graph, options);
  const segments = partition(graph, backend);
  const distinct = new Set([...graph.inputs, ...graph.outputs]).size === graph.inputs.length + graph.outputs.length;
  // The passes leave inputs that no node reads any more; a backend need not know random keys.
  const keyless = graph.inputs.every(({ dtype }) => dtype !== 'key');
  const whole = segments.length === 1 && segments[0]!.backend === backend && distinct && keyless;
  if (whole) return backend.compile(graph, options);
  const needed = new Set<Tensor>(graph.outputs);
  for (const segment of segments) {
    const own = new Set(segment.nodes);
    for (const node of segment.nodes) {
      for (const operand of node.operands) if (operand.node === null || !own.has(operand.node)) needed.add(operand);
    }
  }
  const lastReader = (tensor: Tensor): Segment | undefined =>
    segments.findLast((segment) => segment.nodes.some((node) => node.operands.includes(tensor)));
  const stages = segments.map((segment) => {
    const { inputs, outputs, graph: part } = segmentGraph(segment, needed);
    // A donated input may be reused only by the segment that reads it last, and only if no output is the input itself.
    const donate = inputs.map((input) => {
      const index = graph.inputs.indexOf(input);
      if (index < 0 || options.donate[index] !== true || graph.outputs.includes(input)) return false;
      return lastReader(input) === segment;
    });
    const freeze = inputs.map((input) => options.freeze?.[graph.inputs.indexOf(input)] ?? null);
    const last = inputs.map((input, i) => {
      if (donate[i] === true) return true;
      return !graph.inputs.includes(input) && !graph.outputs.includes(input) && lastReader(input) === segment;
    });
    const executable = segment.driven
      ? compileDriven(part, backend, compileProgram)
      : segment.backend.compile(part, { donate, freeze });
    return { backend: segment.backend, inputs, outputs, donate, last, executable };
  });
  const ready = stages.flatMap((stage): Stage[] =>
    stage.executable instanceof Promise ? [] : [{ ...stage, executable: stage.executable }],
  );
  if (ready.length === stages.length) return new Program(graph, backend, ready);
  return Promise.all(stages.map(async (stage) => ({ ...stage, executable: await stage.executable }))).then(
    (all) => new Program(graph, backend, all),
  );
}
