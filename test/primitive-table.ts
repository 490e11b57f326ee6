import {
  bind,
  compositeNames,
  dtypeKind,
  dtypes,
  primitives,
  random,
  sizeOf,
  traceGraph,
  vmap,
  zeros,
  type CompositeName,
  type DType,
  type PrimitiveName,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { hasLowering, referenceReason } from '@tesserajs/onnx';
import { kernelTypes, supportsNode, valueOperand } from '../packages/backend-onnxruntime/src/supports.js';
import { primitiveCases, type PrimitiveCase } from '../packages/tensor/src/ops/primitive-cases.fixture.js';
import { isGraph } from '../packages/tensor/src/graph/subgraphs.js';
import { families } from './primitive-summaries.js';

const groups: readonly (readonly [string, readonly DType[]])[] = [
  ['floats', dtypes.filter((dtype) => dtypeKind(dtype) === 'float')],
  ['integers', dtypes.filter((dtype) => ['int', 'uint'].includes(dtypeKind(dtype)))],
  ['signed integers', dtypes.filter((dtype) => dtypeKind(dtype) === 'int')],
  ['unsigned integers', dtypes.filter((dtype) => dtypeKind(dtype) === 'uint')],
];

/** dtypes in words: whole groups by their names. */
function describeTypes(set: ReadonlySet<DType>): string {
  const left = new Set(set);
  const words: string[] = [];
  for (const [name, group] of groups) {
    if (!group.every((dtype) => left.has(dtype))) continue;
    words.push(name);
    for (const dtype of group) left.delete(dtype);
  }
  return [...words, ...dtypes.filter((dtype) => left.has(dtype))].join(', ');
}

function hasBody({ attributes }: PrimitiveCase): boolean {
  return Object.values(attributes).some(isGraph);
}

/** A case with the operands that carry its values in another dtype. */
function inDType(
  name: PrimitiveName,
  one: PrimitiveCase,
  dtype: DType,
): Pick<PrimitiveCase, 'operands' | 'attributes'> {
  const position = valueOperand[name] ?? 0;
  const own = one.operands[position]?.dtype;
  const operands = one.operands.map((x, i) => (i >= position && x.dtype === own ? { ...x, dtype } : x));
  return { operands, attributes: own === undefined ? { ...one.attributes, dtype } : one.attributes };
}

function takes(name: PrimitiveName, one: PrimitiveCase, dtype: DType): boolean {
  const { operands, attributes } = inDType(name, one, dtype);
  try {
    primitives[name].shape(operands, attributes);
    return true;
  } catch {
    return false;
  }
}

/** dtypes of the operand that carries the values which the shape rule takes, tried on cases of fixtures. */
function takenTypes(name: PrimitiveName): Set<DType> {
  return new Set(dtypes.filter((dtype) => primitiveCases[name].some((one) => takes(name, one, dtype))));
}

/** Whether the runtime computes a primitive on a dtype, in some case: channels-first convolutions, say. */
function runsNatively(name: PrimitiveName, dtype: DType): boolean {
  return primitiveCases[name].some((one) => {
    if (!takes(name, one, dtype)) return false;
    const { operands, attributes } = inDType(name, one, dtype);
    const inputs = operands.map((x) => placeholder(x.shape, x.dtype));
    return supportsNode(bind(primitives[name], inputs, attributes)[0]!.node!);
  });
}

function placeholder(shape: Shape, dtype: DType): Tensor {
  return dtype === 'key' ? random.split(random.key(0), sizeOf(shape)).reshape(shape) : zeros(shape, { dtype });
}

function derivative(name: PrimitiveName): string {
  const { vjp, jvp } = primitives[name];
  if (typeof vjp !== 'function') return `${jvp === undefined ? 'none' : 'forward only'}: ${vjp.notDifferentiable}`;
  return jvp === undefined ? 'yes' : 'yes, forward rule of its own';
}

function marks(name: PrimitiveName): string {
  const { elementwise, alias, effect, linear } = primitives[name];
  return [
    ...(elementwise === true ? ['elementwise'] : []),
    ...(linear === true ? ['linear'] : []),
    ...(typeof linear === 'object' ? [`linear in operand ${linear.join(' and ')}`] : []),
    ...(alias === true ? ['shares the buffer'] : []),
    ...(effect === true ? ['acts on the host'] : []),
  ].join(', ');
}

/** Names of the operations that stand for one application under vmap. */
function batchedOperations(
  name: PrimitiveName,
  one: PrimitiveCase,
  batched: readonly boolean[],
  size: number,
): string[] {
  const operands = one.operands.map(({ shape, dtype }, i) => {
    const full = batched[i] === true ? [size, ...shape] : shape;
    return placeholder(full, dtype);
  });
  const apply = (...inner: Tensor[]): Tensor[] => [...bind(primitives[name], inner, one.attributes)];
  const inAxes = batched.map((axis) => (axis ? 0 : null));
  return traceGraph(vmap(apply, { inAxes }), ...operands).graph.nodes.map(({ primitive }) => primitive.name);
}

/** What stands for a batch: the primitive itself, other primitives, or one application per example. */
export function batching(name: PrimitiveName): string {
  const one = primitiveCases[name].find(({ operands }) => operands.length > 0);
  if (one === undefined) return 'nothing to batch';
  let itself = true;
  for (let bits = 1; bits < 2 ** one.operands.length; bits++) {
    const batched = one.operands.map((_, i) => ((bits >> i) & 1) === 1);
    const few = batchedOperations(name, one, batched, 2);
    const many = batchedOperations(name, one, batched, 5);
    if (many.length > few.length || (few.includes('scan') && name !== 'scan')) return 'one example at a time';
    itself &&= few.includes(name);
  }
  return itself ? 'itself' : 'others';
}

function row(name: PrimitiveName, summary: string): string {
  const taken = takenTypes(name);
  const native = new Set([...taken].filter((dtype) => runsNatively(name, dtype)));
  const reason = referenceReason(name);
  const body = primitiveCases[name].some(hasBody);
  const cells = [
    `\`${name}\``,
    summary.replaceAll('|', '\\|'),
    body ? 'those of the body' : describeTypes(taken),
    derivative(name),
    marks(name),
    batching(name),
    reason ?? (body ? 'what its body needs' : describeTypes(native)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function compositeRow(name: CompositeName): string {
  const native = hasLowering(name) ? `whole: ${describeTypes(kernelTypes[name])}` : 'its body';
  return `| \`${name}\` | ${native} |`;
}

const introduction = `---
title: Primitives
description: Every primitive operation, its rules, and where it runs.
---

# Primitives

Every function over tensors is made of these operations, and a backend has to know no others. This page is written from
the definitions themselves; each has a rule for shapes and dtypes, a derivative or a reason to have none, a rule for batches and a
kernel of the reference backend, which runs all of them.

- **Types**: dtypes of the operand that carries the values.
- **Derivative**: reverse mode; forward mode follows from it, unless the operation has a forward rule of its own.
- **Under vmap**: the operation stays as it is (*itself*), becomes a fixed number of other operations (*others*), or is
  applied to *one example at a time*.
- **ONNX Runtime**: the dtypes that it computes on, some of them as wider ones with equal results; or why it has none. What
  is not named runs on the reference backend.
`;

/** The page of all primitives as Markdown. */
export function primitivePage(): string {
  const head =
    '| Primitive | Result | Types | Derivative | Kind | Under vmap | ONNX Runtime |\n| --- | --- | --- | --- | --- | --- | --- |';
  const tables = families.map(([title, summaries]) => {
    const rows = Object.entries(summaries).map(([name, summary]) => row(name as PrimitiveName, summary));
    return `## ${title}\n\n${[head, ...rows].join('\n')}\n`;
  });
  const composites = `## Composites

Named functions of primitives. A backend with a fused kernel runs one whole; elsewhere its body takes its place, so that
derivatives, batches and shapes are those of the body.

| Composite | ONNX Runtime |
| --- | --- |
${compositeNames.map(compositeRow).join('\n')}
`;
  return [introduction, ...tables, composites].join('\n');
}
