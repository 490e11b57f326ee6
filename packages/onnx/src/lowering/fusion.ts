import type { ConvAttributes, Graph, Node, Tensor } from '@tesserajs/tensor';
import { reshapeTo, type LoweringContext, type LoweringTarget } from './context.js';
import { convolve } from './conv.js';
import { productInputs } from './matmul.js';

/** A convolution or matrix product that also adds a bias and applies relu, in one pass over its result. */
export interface Fusion {
  readonly base: Node;
  /** One number per feature. */
  readonly bias: Tensor;
  readonly relu: boolean;
}

/** What to write instead of which node. */
export interface Fusions {
  /** By the node whose result the fused operator gives. */
  readonly byResult: ReadonlyMap<Node, Fusion>;
  /** Nodes that a fused operator computes on the way. */
  readonly absorbed: ReadonlySet<Node>;
}

function countReaders(graph: Graph): Map<Tensor, number> {
  const readers = new Map<Tensor, number>();
  const count = (tensor: Tensor): void => {
    readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  };
  for (const node of graph.nodes) node.operands.forEach(count);
  graph.outputs.forEach(count);
  return readers;
}

/** True for a matrix product or a channels-first convolution that takes `bias`, given in the shape that it is added in. */
function takesBias(base: Node | null, bias: Tensor): base is Node {
  if (base === null || bias.dtype !== 'float32') return false;
  const { shape } = base.results[0]!;
  if (base.primitive.name === 'matmul') {
    return base.operands.every((operand) => operand.rank === 2) && bias.rank === 1 && bias.shape[0] === shape[1];
  }
  if (base.primitive.name !== 'conv' || (base.attributes as ConvAttributes).channels !== 'first') return false;
  return bias.rank === shape.length && bias.shape.every((size, axis) => size === (axis === 1 ? shape[1] : 1));
}

/** The vector that a bias was reshaped from, if it was. */
function vectorBehind({ node }: Tensor): Tensor | null {
  const source = node?.primitive.name === 'reshape' ? node.operands[0]! : null;
  return source?.rank === 1 ? source : null;
}

/** Finds additions of a bias, and relus behind them, that a convolution or product can do itself. */
export function findFusions(graph: Graph, target: LoweringTarget): Fusions {
  const readers = countReaders(graph);
  const byResult = new Map<Node, Fusion>();
  const absorbed = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.primitive.name === 'add') {
      const [a, b] = node.operands;
      const [product, bias] = takesBias(a!.node, b!) ? [a!, b!] : [b!, a!];
      const base = product.node;
      if (!takesBias(base, bias) || readers.get(product) !== 1) continue;
      byResult.set(node, { base, bias, relu: false });
      absorbed.add(base);
      if (vectorBehind(bias) !== null && readers.get(bias) === 1) absorbed.add(bias.node!);
    } else if (node.primitive.name === 'relu' && target === 'onnxruntime') {
      const sum = node.operands[0]!;
      const fusion = sum.node === null ? undefined : byResult.get(sum.node);
      if (fusion === undefined || readers.get(sum) !== 1) continue;
      byResult.delete(sum.node!);
      absorbed.add(sum.node!);
      byResult.set(node, { ...fusion, relu: true });
    }
  }
  return { byResult, absorbed };
}

function fusedConv({ base, relu }: Fusion, bias: string, context: LoweringContext): string {
  const inputs = [...base.operands.map((operand) => context.nameOf(operand)), bias];
  return convolve(base, inputs, relu ? 'Relu' : null, context);
}

function fusedProduct({ base, relu }: Fusion, bias: string, context: LoweringContext): string {
  const { inputs, flags } = productInputs(base, context);
  if (!relu) return context.graph.node('Gemm', [...inputs, bias], flags, { name: 'matmul' });
  const activation = { activation: { string: 'Relu' } };
  return context.graph.node(
    'FusedGemm',
    [...inputs, bias],
    { ...flags, ...activation },
    { name: 'matmul', domain: 'com.microsoft' },
  );
}

/** The bias as one number per feature. */
function biasVector(bias: Tensor, context: LoweringContext): string {
  if (bias.rank === 1) return context.nameOf(bias);
  const source = vectorBehind(bias);
  return source === null ? reshapeTo(context, context.nameOf(bias), [bias.size]) : context.nameOf(source);
}

/** Writes a fused operator and returns the name of its result. */
export function lowerFusion(fusion: Fusion, context: LoweringContext): string {
  const bias = biasVector(fusion.bias, context);
  return fusion.base.primitive.name === 'conv' ? fusedConv(fusion, bias, context) : fusedProduct(fusion, bias, context);
}
