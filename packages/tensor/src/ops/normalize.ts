import { bind } from '../graph/bind.js';
import type { Primitive, TensorType } from '../graph/primitive.js';
import { sizeOf } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { defineComposite } from '../transforms/composite.js';
import { createPrimitives, type FullAttributes } from './create.js';
import { div } from './elementwise/arithmetic.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { sumTo } from './sum-to.js';

/** Attributes of the normalizations: axes counted from the end (−1 is the last), so that leading axes may be added. */
export interface NormalizeAttributes {
  readonly axes: readonly number[];
  readonly epsilon: number;
}

const keep = { keepDims: true } as const;

function countOf(x: Tensor, axes: readonly number[]): number {
  return sizeOf(axes.map((axis) => x.shape[x.rank + axis]!));
}

function inverseSqrt(x: Tensor): Tensor {
  return div(1, x.sqrt());
}

/** The cotangent times what `factor` makes, or null where nothing depends on the result. */
function unlessZero(cotangent: Tensor, term: (cotangent: Tensor) => Tensor): Tensor | null {
  const { node } = cotangent;
  const zero = node?.primitive === createPrimitives.full && (node.attributes as FullAttributes).value === 0;
  return zero ? null : term(cotangent);
}

function addTerm(x: Tensor, term: Tensor | null): Tensor {
  return term === null ? x : x.add(term);
}

/** A gradient added up over the axes that scale and offset do not have. */
function sumLeading(x: Tensor, rank: number): Tensor {
  const own = x.shape.slice(x.rank - rank);
  return x
    .reshape([-1, sizeOf(own)])
    .sum(0)
    .reshape(own);
}

/**
 * The cotangent of x for that of x̂: the part that is parallel to x̂ has no influence, and for centred x̂ neither has a
 * constant part. In terms of x̂ and not of x, nothing cancels where the mean is far larger than the deviation.
 */
function inputCotangent(
  cotangent: Tensor,
  normalized: Tensor,
  inverse: Tensor,
  axes: readonly number[],
  centred: boolean,
  furtherParallel: Tensor | null,
): Tensor {
  const parallel = addTerm(cotangent.mul(normalized).mean(axes, keep), furtherParallel);
  const rest = centred ? cotangent.sub(cotangent.mean(axes, keep)) : cotangent;
  return rest.sub(normalized.mul(parallel)).mul(inverse);
}

function checkOperands(operation: string, operands: readonly TensorType[]): void {
  commonDType(operation, operands);
  checkKind(operation, operands[0]!, ['float']);
}

/**
 * y = x̂ · scale + offset with x̂ = (x − mean) / √(variance + epsilon), and the mean and the variance along axes, which both
 * keep with size 1. Scale and offset may be absent; they have size 1 along the axes.
 */
const normalizePrimitive: Primitive<NormalizeAttributes> = defineComposite<NormalizeAttributes>({
  name: 'normalize',
  leading: [0],
  check: (operands) => {
    checkOperands('normalize', operands);
  },
  body([x, scale, offset], { axes, epsilon }) {
    const mean = x!.mean(axes, keep);
    const centred = x!.sub(mean);
    const variance = centred.square().mean(axes, keep);
    const inverse = inverseSqrt(variance.add(epsilon));
    const scaled = centred.mul(scale === undefined ? inverse : scale.mul(inverse));
    return [offset === undefined ? scaled : scaled.add(offset), mean, variance];
  },
  // Sums come first and factors are joined, so that few passes over whole tensors remain.
  vjp({ cotangents, operands: [x, scale, offset], results: [, mean, variance], attributes: { axes, epsilon } }) {
    const [dy, dMean, dVariance] = cotangents;
    const share = 1 / countOf(x!, axes);
    const centred = x!.sub(mean!);
    const inverse = inverseSqrt(variance!.add(epsilon));
    const factor = scale === undefined ? inverse : scale.mul(inverse);
    const total = dy!.sum(axes, keep);
    const dot = dy!.mul(centred).sum(axes, keep);
    const parallel = addTerm(
      factor.mul(dot).mul(inverse.square()).mul(-share),
      unlessZero(dVariance!, (cotangent) => cotangent.mul(2 * share)),
    );
    const constant = addTerm(
      factor.mul(total).mul(-share),
      unlessZero(dMean!, (cotangent) => cotangent.mul(share)),
    );
    return [
      dy!.mul(factor).add(centred.mul(parallel)).add(constant),
      scale === undefined ? null : sumTo(dot.mul(inverse), scale.shape),
      offset === undefined ? null : sumTo(total, offset.shape),
    ];
  },
});

/** y = x̂ · scale + offset along the last axes, with the mean and 1 / √(variance + epsilon); scale and offset may be absent. */
const layerNormPrimitive: Primitive<NormalizeAttributes> = defineComposite<NormalizeAttributes>({
  name: 'layerNorm',
  leading: [0],
  check: (operands) => {
    checkOperands('layerNorm', operands);
  },
  body([x, scale, offset], { axes, epsilon }) {
    const mean = x!.mean(axes, keep);
    const centred = x!.sub(mean);
    const inverse = inverseSqrt(centred.square().mean(axes, keep).add(epsilon));
    const normalized = centred.mul(inverse);
    const scaled = scale === undefined ? normalized : normalized.mul(scale);
    return [offset === undefined ? scaled : scaled.add(offset), mean, inverse];
  },
  vjp({ cotangents, operands: [x, scale, offset], results: [, mean, inverse], attributes: { axes } }) {
    const [dy, dMean, dInverse] = cotangents;
    const share = 1 / countOf(x!, axes);
    const normalized = x!.sub(mean!).mul(inverse!);
    const further = unlessZero(dInverse!, (cotangent) => cotangent.mul(inverse!).mul(share));
    const scaled = scale === undefined ? dy! : dy!.mul(scale);
    const dx = inputCotangent(scaled, normalized, inverse!, axes, true, further);
    return [
      addTerm(
        dx,
        unlessZero(dMean!, (cotangent) => cotangent.mul(share)),
      ),
      scale === undefined ? null : sumLeading(dy!.mul(normalized), axes.length),
      offset === undefined ? null : sumLeading(dy!, axes.length),
    ];
  },
});

/** y = x / √(mean of x² + epsilon) · scale along the last axes, with 1 / √(mean of x² + epsilon); the scale may be absent. */
const rmsNormPrimitive: Primitive<NormalizeAttributes> = defineComposite<NormalizeAttributes>({
  name: 'rmsNorm',
  leading: [0],
  check: (operands) => {
    checkOperands('rmsNorm', operands);
  },
  body([x, scale], { axes, epsilon }) {
    const inverse = inverseSqrt(x!.square().mean(axes, keep).add(epsilon));
    const normalized = x!.mul(inverse);
    return [scale === undefined ? normalized : normalized.mul(scale), inverse];
  },
  vjp({ cotangents: [dy, dInverse], operands: [x, scale], results: [, inverse], attributes: { axes } }) {
    const normalized = x!.mul(inverse!);
    const further = unlessZero(dInverse!, (cotangent) => cotangent.mul(inverse!).mul(1 / countOf(x!, axes)));
    const scaled = scale === undefined ? dy! : dy!.mul(scale);
    return [
      inputCotangent(scaled, normalized, inverse!, axes, false, further),
      scale === undefined ? null : sumLeading(dy!.mul(normalized), axes.length),
    ];
  },
});

/**
 * Normalized x, mean and variance along axes (from the front), which the last two keep with size 1. Scale and offset, if
 * any, have size 1 there too.
 */
export function normalize(
  operands: readonly Tensor[],
  axes: readonly number[],
  epsilon: number,
): readonly [Tensor, Tensor, Tensor] {
  const fromEnd = axes.map((axis) => axis - operands[0]!.rank);
  return bind(normalizePrimitive, operands, { axes: fromEnd, epsilon }) as [Tensor, Tensor, Tensor];
}

/** Layer normalization along the last `count` axes with a scale and an offset of their shape. */
export function normalizeLast(operands: readonly Tensor[], count: number, epsilon: number): Tensor {
  return bind(layerNormPrimitive, operands, { axes: lastAxes(count), epsilon })[0]!;
}

/** Root mean square normalization along the last `count` axes with a scale of their shape. */
export function normalizeLastByRms(operands: readonly Tensor[], count: number, epsilon: number): Tensor {
  return bind(rmsNormPrimitive, operands, { axes: lastAxes(count), epsilon })[0]!;
}

function lastAxes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i - count);
}

/** The normalization composites. */
export const normalizeComposites: Readonly<
  Record<'normalize' | 'layerNorm' | 'rmsNorm', Primitive<NormalizeAttributes>>
> = { normalize: normalizePrimitive, layerNorm: layerNormPrimitive, rmsNorm: rmsNormPrimitive };
