import { isFloat } from '../dtypes.js';
import { bind, createLeaf } from '../graph/bind.js';
import { sortNodes } from '../graph/graph.js';
import type { Node } from '../graph/node.js';
import { inheritOrigin } from '../graph/origins.js';
import { withTrace, type Trace } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import { sameShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { backward } from './backward.js';

type Tangents = readonly (Tensor | null)[];

function add(a: Tensor | null, b: Tensor | null): Tensor | null {
  if (a === null || b === null) return a ?? b;
  return a.add(b);
}

function sumTangents(parts: readonly Tangents[], count: number): Tangents {
  return Array.from({ length: count }, (_, i) => parts.reduce<Tensor | null>((sum, part) => add(sum, part[i]!), null));
}

/** The derivative of an elementwise operation is diagonal: what its vjp does to cotangents, it does to tangents. */
function elementwiseTangent({ primitive, operands, results, attributes }: Node, tangents: Tangents): Tensor | null {
  const { vjp } = primitive;
  if (typeof vjp !== 'function') return null;
  const result = results[0]!;
  const full = (x: Tensor): Tensor => (sameShape(x.shape, result.shape) ? x : x.broadcastTo(result.shape));
  const wide = operands.map(full);
  return tangents.reduce<Tensor | null>((sum, tangent, i) => {
    if (tangent === null) return sum;
    const cotangent = full(tangent);
    const rule = vjp({ cotangent, cotangents: [cotangent], operands: wide, result, results, attributes });
    return add(sum, rule[i] ?? null);
  }, null);
}

/** A linear operation is its own derivative. */
function linearTangents({ primitive, operands, attributes }: Node, tangents: Tangents): Tangents {
  if (primitive.linear === true) {
    const full = operands.map((x, i) => tangents[i] ?? constant(0, x.shape, x.dtype));
    return bind(primitive, full, attributes);
  }
  const parts = (primitive.linear as readonly number[]).flatMap((i) => {
    const tangent = tangents[i] ?? null;
    if (tangent === null) return [];
    return [
      bind(
        primitive,
        operands.map((x, k) => (k === i ? tangent : x)),
        attributes,
      ),
    ];
  });
  return sumTangents(parts, parts[0]?.length ?? 0);
}

/** J·t as the derivative, with respect to c, of ⟨cᵀ·J, t⟩: a vjp is linear in its cotangents c. */
function transposedTangents({ primitive, operands, results, attributes }: Node, tangents: Tangents): Tangents {
  const { vjp } = primitive;
  if (typeof vjp !== 'function') return results.map(() => null);
  return withTrace('jvp', (trace) => {
    const cotangents = results.map(({ shape, dtype }) =>
      isFloat(dtype) ? createLeaf(shape, dtype, trace) : constant(0, shape, dtype),
    );
    const rule = vjp({ cotangent: cotangents[0]!, cotangents, operands, result: results[0]!, results, attributes });
    const used = [...operands.keys()].filter((i) => tangents[i] != null && rule[i] != null);
    return backward(
      trace,
      used.map((i) => rule[i]!),
      used.map((i) => tangents[i]!),
      cotangents,
    );
  });
}

function nodeTangents(node: Node, tangents: Tangents): Tangents {
  const { primitive, operands, results, attributes } = node;
  if (primitive.jvp !== undefined) return primitive.jvp({ operands, tangents, results, attributes });
  const { linear = false } = primitive;
  if (linear === true) return linearTangents(node, tangents);
  if (primitive.elementwise === true) return [elementwiseTangent(node, tangents)];
  if (linear === false) return transposedTangents(node, tangents);
  const isLinear = (i: number): boolean => linear.includes(i);
  const own = tangents.map((tangent, i) => (isLinear(i) ? tangent : null));
  const others = tangents.map((tangent, i) => (isLinear(i) ? null : tangent));
  return sumTangents(
    [
      ...(own.some((tangent) => tangent !== null) ? [linearTangents(node, own)] : []),
      ...(others.some((tangent) => tangent !== null) ? [transposedTangents(node, others)] : []),
    ],
    results.length,
  );
}

/**
 * Forward-mode differentiation: the tangents of `outputs` for given tangents of placeholders of `trace`. Null where an
 * output depends on none of them, or is no float.
 */
export function forward(
  trace: Trace,
  outputs: readonly Tensor[],
  tangentOf: ReadonlyMap<Tensor, Tensor>,
): (Tensor | null)[] {
  const known = new Map(tangentOf);
  for (const node of sortNodes(outputs, (tensor) => tensor.trace === trace)) {
    const tangents = node.operands.map((operand) => known.get(operand) ?? null);
    if (tangents.every((tangent) => tangent === null)) continue;
    const made = inheritOrigin(node, `the derivative of ${node.primitive.name}`, () => nodeTangents(node, tangents));
    node.results.forEach((result, i) => {
      const tangent = made[i] ?? null;
      if (tangent !== null && isFloat(result.dtype)) known.set(result, tangent);
    });
  }
  return outputs.map((output) => known.get(output) ?? null);
}
