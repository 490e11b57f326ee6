import { allocate, wordsPerElement, type HostArray } from '../dtypes.js';
import type { Graph } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { subgraphsOf } from '../graph/subgraphs.js';
import type { CondAttributes } from '../ops/control/cond.js';
import type { ScanAttributes } from '../ops/control/scan.js';
import type { WhileAttributes } from '../ops/control/while.js';
import { sizeOf } from '../shapes.js';
import type { Backend, CompileGraphOptions, Executable, ExecutableStats } from './backend.js';

type Compile = (graph: Graph, backend: Backend, options: CompileGraphOptions) => Executable | Promise<Executable>;
type Arrays = readonly HostArray[];
/** Runs a body on host arrays. */
type Run = (inputs: Arrays) => Promise<HostArray[]>;

/** By name: the primitives need the reference backend, which needs this module's neighbours. */
const loops: ReadonlySet<string> = new Set(['scan', 'cond', 'while']);
/** Bodies with fewer elements in all results run on the reference backend with less trouble. */
const smallBody = 2048;

/** Whether the host is to drive a loop or branch that the backend cannot run whole, because it can run parts of the body. */
export function isDriven(node: Node, backend: Backend): boolean {
  if (!loops.has(node.primitive.name)) return false;
  let elements = 0;
  for (const { nodes } of subgraphsOf(node.attributes)) {
    for (const inner of nodes) {
      if (backend.supports(inner) || isDriven(inner, backend)) for (const { size } of inner.results) elements += size;
    }
  }
  return elements > smallBody;
}

async function driveScan(attributes: ScanAttributes, [step]: readonly Run[], inputs: Arrays): Promise<HostArray[]> {
  const { body, carries, sequences, length, reverse } = attributes;
  const ys = body.outputs.slice(carries).map(({ shape, dtype }) => allocate(dtype, length * sizeOf(shape)));
  const slice = (x: HostArray, i: number, t: number): HostArray => {
    const { shape, dtype } = body.inputs[carries + i]!;
    const words = sizeOf(shape) * wordsPerElement(dtype);
    return x.subarray(t * words, (t + 1) * words);
  };
  let carry = inputs.slice(0, carries);
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const slices = inputs.slice(carries, carries + sequences).map((x, k) => slice(x, k, t));
    const made = await step!([...carry, ...slices, ...inputs.slice(carries + sequences)]);
    carry = made.slice(0, carries);
    ys.forEach((y, k) => {
      const part = made[carries + k]!;
      y.set(part as never, t * part.length);
    });
  }
  return [...carry, ...ys];
}

async function driveWhile(
  { carries }: WhileAttributes,
  [test, step]: readonly Run[],
  inputs: Arrays,
): Promise<HostArray[]> {
  const constants = inputs.slice(carries);
  let state = inputs;
  while ((await test!(state))[0]![0] !== 0) state = [...(await step!(state)), ...constants];
  return state.slice(0, carries);
}

function drive({ primitive, attributes }: Node, runs: readonly Run[], inputs: Arrays): Promise<HostArray[]> {
  if (primitive.name === 'scan') return driveScan(attributes as ScanAttributes, runs, inputs);
  if (primitive.name === 'while') return driveWhile(attributes as WhileAttributes, runs, inputs);
  return runs[inputs[0]![0] !== 0 ? 0 : 1]!(inputs.slice(1));
}

/** The graphs of a loop or branch, in the order in which `drive` takes them. */
function bodiesOf({ primitive, attributes }: Node): readonly Graph[] {
  if (primitive.name === 'scan') return [(attributes as ScanAttributes).body];
  if (primitive.name === 'while') {
    const { condition, body } = attributes as WhileAttributes;
    return [condition, body];
  }
  const { onTrue, onFalse } = attributes as CondAttributes;
  return [onTrue, onFalse];
}

/** Runs one loop or branch from the host, an executable per body; takes and gives host arrays. */
class HostLoop implements Executable {
  readonly #node: Node;
  /** Positions of the node's operands among the inputs, and of the outputs among its results. */
  readonly #operands: readonly number[];
  readonly #results: readonly number[];
  readonly #backend: Backend;
  readonly #bodies: readonly Executable[];
  readonly #runs: readonly Run[];
  #count = 0;

  constructor({ nodes, inputs, outputs }: Graph, backend: Backend, bodies: readonly Executable[]) {
    const node = nodes[0]!;
    this.#node = node;
    this.#operands = node.operands.map((operand) => inputs.indexOf(operand));
    this.#results = outputs.map((output) => node.results.indexOf(output));
    this.#backend = backend;
    this.#bodies = bodies;
    const graphs = bodiesOf(node);
    this.#runs = bodies.map((executable, i) => (inputs) => this.#run(executable, graphs[i]!, inputs));
  }

  get stats(): ExecutableStats {
    const nodes = this.#bodies.reduce((sum, { stats }) => sum + stats.nodes, 0);
    return { nodes, runs: this.#count, bytes: this.#bodies.reduce((sum, { stats }) => sum + stats.bytes, 0) };
  }

  async run(inputs: readonly object[]): Promise<readonly HostArray[]> {
    this.#count++;
    const operands = this.#operands.map((position) => inputs[position] as HostArray);
    const made = await drive(this.#node, this.#runs, operands);
    const results = this.#results.map((position) => made[position]!);
    // A loop without steps gives its inputs back, which their owners keep.
    return results.map((result, i) =>
      inputs.includes(result) || results.indexOf(result) < i ? result.slice() : result,
    );
  }

  async #run(executable: Executable, { inputs: types, outputs }: Graph, inputs: Arrays): Promise<HostArray[]> {
    const buffers = inputs.map((input, i) => this.#backend.toDevice(input, types[i]!));
    const made = await executable.run(buffers);
    return Promise.all(outputs.map(async (output, i) => this.#backend.fromDevice(made[i]!, output)));
  }

  dispose(): void {
    for (const body of this.#bodies) body.dispose();
  }
}

/** Compiles a graph that consists of one loop or branch: its bodies for a backend, to be driven by the host. */
export async function compileDriven(graph: Graph, backend: Backend, compile: Compile): Promise<Executable> {
  const bodies = await Promise.all(
    bodiesOf(graph.nodes[0]!).map(async (body) => compile(body, backend, { donate: body.inputs.map(() => false) })),
  );
  return new HostLoop(graph, backend, bodies);
}
