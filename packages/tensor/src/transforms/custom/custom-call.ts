import { isFloat } from '../../dtypes.js';
import { TraceError } from '../../errors.js';
import { bodyKernel } from '../../execution/body.js';
import { bind } from '../../graph/bind.js';
import type { Graph } from '../../graph/graph.js';
import {
  definePrimitive,
  type BatchContext,
  type JvpContext,
  type Primitive,
  type VjpContext,
} from '../../graph/primitive.js';
import type { TraceKind } from '../../graph/trace.js';
import { formatShape } from '../../shapes.js';
import type { Tensor } from '../../tensor.js';
import { closeFunction } from '../close-function.js';

/** How a call is differentiated and batched. */
export interface CustomRules {
  vjp(context: VjpContext<CustomAttributes>): readonly (Tensor | null)[];
  jvp(context: JvpContext<CustomAttributes>): readonly (Tensor | null)[];
  batch(context: BatchContext<CustomAttributes>): readonly Tensor[];
}

/** Attributes of a call. Operands: the function's own leaves, then what it takes from outside. */
export interface CustomAttributes {
  /** What the function computes. */
  readonly graph: Graph;
  /** Not enumerable: two calls that compute the same are the same to executables. */
  readonly rules: CustomRules;
}

/** A call of a function that has derivatives of its own; to backends it is what its graph computes. */
const customPrimitive: Primitive<CustomAttributes> = definePrimitive<CustomAttributes>({
  name: 'custom',
  takesBits: true,
  body: (_, { graph }) => graph,
  shape: (_, { graph }) => graph.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
  vjp: (context) => context.attributes.rules.vjp(context),
  jvp: (context) => context.attributes.rules.jvp(context),
  batch: (context) => context.attributes.rules.batch(context),
  reference: ({ attributes: { graph } }) => bodyKernel(graph),
});

/** A function of tensors in a list. */
export type LeafFunction = (...leaves: Tensor[]) => readonly Tensor[];

const derivatives: ReadonlySet<TraceKind> = new Set(['grad', 'vjp', 'jvp', 'linearize', 'jacobian', 'hessian']);

/** Throws for a tensor from outside that is being differentiated: the rules would drop its gradient without a word. */
function checkCaptured(operation: string, captured: readonly Tensor[]): void {
  for (const { dtype, shape, trace, node } of captured) {
    if (!isFloat(dtype) || trace === null || !derivatives.has(trace.kind)) continue;
    if (node?.primitive.name === 'stopGradient') continue;
    throw new TraceError(
      `${operation}: the function uses ${dtype} ${formatShape(shape)} from outside, which ${trace.kind} differentiates and which ` +
        'would get no gradient; pass it as an argument, or use stopGradient of it',
    );
  }
}

/** Applies a function to tensors, as one operation that is differentiated by rules of its own. */
export function customCall(
  operation: 'customVjp' | 'customJvp',
  f: LeafFunction,
  rules: CustomRules,
  leaves: readonly Tensor[],
): readonly Tensor[] {
  const types = leaves.map(({ shape, dtype, weak }) => ({ shape, dtype, weak }));
  const { graph, captured } = closeFunction('custom', types, (placeholders) => ({
    outputs: f(...placeholders),
    value: null,
  }));
  checkCaptured(operation, captured);
  const attributes = Object.defineProperty({ graph }, 'rules', { value: rules, enumerable: false }) as CustomAttributes;
  return bind(customPrimitive, [...leaves, ...captured], attributes);
}
