import { bind } from '../../graph/bind.js';
import { createGraph, rewriteNodes, sortNodes } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import { scanPrimitives, type ScanAttributes } from '../../ops/control/scan.js';
import type { Tensor } from '../../tensor.js';

/** A value that the body takes from around it: all of it, or a slice per step. */
export interface Source {
  readonly operand: Tensor;
  readonly input: Tensor;
}

/** A value handed from step to step. */
export interface Carry {
  readonly first: Tensor;
  readonly input: Tensor;
  readonly output: Tensor;
}

/** A scan taken apart, so that passes can change it. */
export interface ScanParts {
  readonly carries: readonly Carry[];
  readonly sequences: readonly Source[];
  readonly constants: readonly Source[];
  /** What the body gives per step, to be stacked. */
  readonly outputs: readonly Tensor[];
  readonly length: number;
  readonly reverse: boolean;
}

/** True for applications of `scan`. */
export function isScan(node: Node): boolean {
  return node.primitive === scanPrimitives.scan;
}

/** Takes an application of `scan` to `operands` apart. */
export function takeApart({ attributes }: Node, operands: readonly Tensor[]): ScanParts {
  const { body, carries, sequences, length, reverse } = attributes as ScanAttributes;
  const sources = operands.map((operand, i): Source => ({ operand, input: body.inputs[i]! }));
  return {
    carries: sources
      .slice(0, carries)
      .map(({ operand, input }, i) => ({ first: operand, input, output: body.outputs[i]! })),
    sequences: sources.slice(carries, carries + sequences),
    constants: sources.slice(carries + sequences),
    outputs: body.outputs.slice(carries),
    length,
    reverse,
  };
}

/** Applies a scan: results are the last carries, then the stacked outputs. */
export function putTogether({ carries, sequences, constants, outputs, length, reverse }: ScanParts): readonly Tensor[] {
  const inputs = [...carries, ...sequences, ...constants].map(({ input }) => input);
  const body = createGraph(inputs, [...carries.map(({ output }) => output), ...outputs]);
  const operands = [
    ...carries.map(({ first }) => first),
    ...[...sequences, ...constants].map(({ operand }) => operand),
  ];
  const attributes: ScanAttributes = { body, carries: carries.length, sequences: sequences.length, length, reverse };
  return bind(scanPrimitives.scan, operands, attributes);
}

/** The body with some tensors replaced by others. */
export function replaceInBody(parts: ScanParts, replaced: Map<Tensor, Tensor>): ScanParts {
  if (replaced.size === 0) return parts;
  const ends = [...parts.carries.map(({ output }) => output), ...parts.outputs];
  const nodes = sortNodes(ends, (tensor) => !replaced.has(tensor));
  const map = new Map(replaced);
  rewriteNodes(nodes, map, () => null);
  const now = (tensor: Tensor): Tensor => map.get(tensor) ?? tensor;
  return {
    ...parts,
    carries: parts.carries.map((carry) => ({ ...carry, output: now(carry.output) })),
    outputs: parts.outputs.map(now),
  };
}

/** The nodes of the body, operands first. */
export function bodyNodes({ carries, outputs }: Pick<ScanParts, 'carries' | 'outputs'>): Node[] {
  return sortNodes([...carries.map(({ output }) => output), ...outputs], () => true);
}

/** Tensors that depend on `sources`, and these themselves. */
export function dependents(nodes: readonly Node[], sources: Iterable<Tensor>): Set<Tensor> {
  const found = new Set(sources);
  for (const node of nodes) {
    if (node.operands.some((operand) => found.has(operand))) for (const result of node.results) found.add(result);
  }
  return found;
}
