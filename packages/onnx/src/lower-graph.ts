import {
  subgraphsOf,
  type CompositeName,
  type Graph,
  type Node,
  type PrimitiveName,
  type Tensor,
} from '@tesserajs/tensor';
import type { Dimension } from './dimensions.js';
import { elementTypeCode, type ElementType } from './elements.js';
import { ModelBuildError } from './errors.js';
import type { GraphBuilder } from './graph-builder.js';
import { compositeLowerings, type CompositeEntry } from './lowering/composites.js';
import {
  elementType,
  type LoweringContext,
  type LoweringEntry,
  type LoweringTarget,
  type ReferenceReason,
} from './lowering/context.js';
import { findFusions, lowerFusion } from './lowering/fusion.js';
import { foldedTransposes } from './lowering/folded-transposes.js';
import type { SymbolicBatch } from './lowering/symbolic-batch.js';
import { lowerings } from './lowering/table.js';
import { ModelBuilder, type ModelOptions } from './model-builder.js';
import type { Weight } from './weights.js';

/** Options of `lowerGraph`. */
export interface LowerGraphOptions extends ModelOptions {
  /** Default `standard`. */
  readonly target?: LoweringTarget;
  /** Names of the graph's inputs; default `input_0`, … */
  readonly inputNames?: readonly string[];
  /** Names of the graph's outputs; default `output_0`, … */
  readonly outputNames?: readonly string[];
  /** Inputs that become weights of the model instead. */
  readonly weights?: ReadonlyMap<Tensor, Weight>;
  /** Name of an output before all others that is an empty sequence. Default none. */
  readonly sequenceOutput?: string;
  /**
   * Name of a bool input that is always fed true, added if the graph recomputes values: it keeps the runtime from merging
   * them with those that were computed first.
   */
  readonly alwaysTrue?: string;
  /**
   * What the names of ONNX nodes begin with, for the operations that they compute: the first gives the group its name.
   * Default: nothing.
   */
  readonly nodeScope?: (operations: readonly Node[]) => string;
  /**
   * How many channels lie together in ONNX Runtime's direct convolutions on the machine that will run the model; they are
   * used where they are faster. Only for `onnxruntime`. Default null: they are not used.
   */
  readonly channelBlock?: number | null;
  /** Leaves the batch size open under a name. */
  readonly batch?: { readonly sizes: SymbolicBatch; readonly symbol: string };
}

const table: Readonly<Record<PrimitiveName | CompositeName, LoweringEntry | CompositeEntry>> = {
  ...lowerings,
  ...compositeLowerings,
};

/**
 * Whether a primitive or composite has a lowering of its own.
 *
 * @example
 * ```ts
 * hasLowering('matmul'); // → true
 * ```
 */
export function hasLowering(name: PrimitiveName | CompositeName): boolean {
  return typeof table[name] === 'function';
}

/**
 * Why a primitive has no lowering and runs on the reference backend; null if it has one.
 *
 * @example
 * ```ts
 * referenceReason('debugPrint'); // → 'it acts on the host'
 * ```
 */
export function referenceReason(name: PrimitiveName): ReferenceReason | null {
  const entry = lowerings[name];
  return typeof entry === 'function' ? null : entry.reference;
}

const remedies: Readonly<Record<ReferenceReason, string>> = {
  'no ONNX operator computes it': 'no ONNX operator computes it: pass its result as an argument',
  'the host runs its loop': 'ONNX cannot hold this loop: export its body',
  'it acts on the host': 'it acts on the host: leave it out of what is exported',
};

/** Whether a barrier against merging is anywhere in a graph. */
function recomputes({ nodes }: Graph): boolean {
  return nodes.some(
    ({ primitive, attributes }) => primitive.name === 'recompute' || subgraphsOf(attributes).some(recomputes),
  );
}

/** Values that several nodes share, in the graph where they are made and those inside it. */
type Shared = ReadonlyMap<string, readonly string[]>;

/** What the lowerings of all graphs of a model get. */
type Common = Pick<LoweringContext, 'target' | 'batch' | 'channelBlock' | 'alwaysTrue' | 'dimensionsOf'> &
  Pick<LowerGraphOptions, 'nodeScope'>;

/** Writes the nodes of a graph into `into`; `names` knows its inputs, and learns its results. */
function lowerNodes(
  graph: Graph,
  into: GraphBuilder,
  names: Map<Tensor, string>,
  common: Common,
  around: Shared,
): void {
  const shared = new Map(around);
  const folded = foldedTransposes(graph, common);
  const { nodeScope, ...given } = common;
  const scoped = (operations: readonly Node[], body: () => readonly string[]): readonly string[] =>
    nodeScope === undefined ? body() : into.within(nodeScope(operations), body);
  const context: LoweringContext = {
    ...given,
    graph: into,
    poolsWithGradient: new Set(
      graph.nodes
        .filter(({ primitive }) => primitive.name === 'maxPoolGrad' || primitive.name === 'maxPoolTake')
        .map(({ operands }) => operands[0]!),
    ),
    nameOf: (tensor) => names.get(tensor)!,
    lowerInside(body, builder, inputs) {
      const inner = new Map(body.inputs.map((input, i) => [input, inputs[i]!]));
      lowerNodes(body, builder, inner, common, shared);
      return body.outputs.map((output) => inner.get(output)!);
    },
    shared(key, make) {
      const present = shared.get(key) ?? make();
      shared.set(key, present);
      return present;
    },
  };
  const fusions = findFusions(graph, common.target);
  for (const node of graph.nodes) {
    if (folded.has(node) || fusions.absorbed.has(node)) continue;
    const fusion = fusions.byResult.get(node);
    if (fusion !== undefined) {
      const operations = [fusion.base, ...(fusion.relu ? [node.operands[0]!.node!] : []), node];
      names.set(node.results[0]!, scoped(operations, () => [lowerFusion(fusion, context)])[0]!);
      continue;
    }
    const lowering = table[node.primitive.name as PrimitiveName | CompositeName];
    if (typeof lowering !== 'function') {
      const remedy = typeof lowering === 'object' ? remedies[lowering.reference] : 'inline composites before';
      throw new ModelBuildError(`toOnnx: ${node.primitive.name} has no ONNX form; ${remedy}`);
    }
    const operands = node.operands.map((operand) => names.get(operand) ?? '');
    const results = scoped([node], () => lowering(node, operands, context));
    node.results.forEach((result, i) => names.set(result, results[i]!));
  }
}

/** Since this version, operators can read the bits of one type as another. */
const bitCastOpset = 26;

/** The type in which a value enters or leaves a model: ONNX Runtime's bindings hand 16-bit floats over as their bits. */
function borderType(type: ElementType, target: LoweringTarget): ElementType {
  return target === 'onnxruntime' && (type === 'float16' || type === 'bfloat16') ? 'uint16' : type;
}

/** The value's bits as another type. */
function bitCast(value: string, from: ElementType, to: ElementType, graph: GraphBuilder): string {
  return from === to ? value : graph.node('BitCast', [value], { to: { int: elementTypeCode(to) } });
}

/**
 * Writes a graph as an ONNX model: one input per graph input that is no weight, one output per graph output.
 *
 * @example
 * ```ts
 * const { graph } = traceGraph((x: Tensor) => x.sin(), zeros([3]));
 * console.log(printModel(lowerGraph(graph, { inputNames: ['x'], outputNames: ['y'] }).toModel()));
 * // → model: IR 10, ai.onnx 21, by tessera
 * // → graph main {
 * // →   input x: float32[3]
 * // →   y = Sin(x)
 * // →   output y: float32[3]
 * // → }
 * ```
 */
export function lowerGraph(graph: Graph, options: LowerGraphOptions = {}): ModelBuilder {
  const { target = 'standard', batch } = options;
  const border = (tensor: Tensor): ElementType => borderType(elementType(tensor), target);
  const bits = [...graph.inputs, ...graph.outputs].some((tensor) => border(tensor) !== elementType(tensor));
  const builder = new ModelBuilder(bits ? { ...options, opset: Math.max(options.opset ?? 0, bitCastOpset) } : options);
  const names = new Map<Tensor, string>();
  const dimensionsOf = (tensor: Tensor): readonly Dimension[] =>
    batch?.sizes.dimensions(tensor, batch.symbol) ?? tensor.shape;
  let nextInput = 0;
  for (const input of graph.inputs) {
    const weight = options.weights?.get(input);
    const type = elementType(input);
    if (weight !== undefined) {
      names.set(input, builder.graph.initializer(weight.name, type, input.shape, weight.data));
    } else {
      const name = options.inputNames?.[nextInput] ?? `input_${nextInput}`;
      nextInput++;
      const value = builder.graph.input(name, border(input), dimensionsOf(input));
      names.set(input, bitCast(value, border(input), type, builder.graph));
    }
  }
  batch?.sizes.bindInputs(
    builder.graph,
    graph.inputs.map((input) => names.get(input)!),
  );
  const flag = options.alwaysTrue;
  const alwaysTrue = flag !== undefined && recomputes(graph) ? builder.graph.input(flag, 'bool', []) : null;
  const { nodeScope, channelBlock = null } = options;
  const common = {
    target,
    batch: batch?.sizes ?? null,
    channelBlock: target === 'onnxruntime' ? channelBlock : null,
    alwaysTrue,
    dimensionsOf,
    ...(nodeScope === undefined ? {} : { nodeScope }),
  };
  lowerNodes(graph, builder.graph, names, common, new Map());
  if (options.sequenceOutput !== undefined) {
    builder.graph.sequenceOutput(builder.graph.node('SequenceEmpty', []), 'float32', options.sequenceOutput);
  }
  graph.outputs.forEach((output, i) => {
    const name = options.outputNames?.[i] ?? `output_${i}`;
    const value = bitCast(names.get(output)!, elementType(output), border(output), builder.graph);
    builder.graph.output(value, border(output), dimensionsOf(output), name);
  });
  return builder;
}
