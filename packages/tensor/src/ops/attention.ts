import { ArgumentError, DTypeError, ShapeError } from '../errors.js';
import { broadcastShapes, formatShape, sameShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { onOrBelow } from './diagonal.js';
import { constant } from './create.js';
import { dropout } from './dropout.js';
import { checkKind, commonDType } from './elementwise/define.js';
import { logicalAnd } from './elementwise/logical.js';
import { where } from './elementwise/select.js';
import { einsum } from './einsum.js';
import { softmax } from './softmax.js';

/** Options of `attention`. */
export interface AttentionOptions {
  /** Which keys a query sees: bool, true = visible; broadcasts to [batch, heads, queries, keys]. Default all. */
  readonly mask?: Tensor;
  /** Query i sees the keys 0 … i only, and those of them that the mask shows. Default false. */
  readonly causal?: boolean;
  /** Factor of the scores. Default 1 / √features. */
  readonly scale?: number;
  /** Drops weights at random, in training. */
  readonly dropout?: { readonly rate: number; readonly key: Tensor };
}

function checkOperands(query: Tensor, key: Tensor, value: Tensor): void {
  commonDType('attention', [query, key, value]);
  checkKind('attention', query, ['float']);
  const shapes = `query ${formatShape(query.shape)}, key ${formatShape(key.shape)}, value ${formatShape(value.shape)}`;
  if (query.rank !== 4 || key.rank !== 4 || value.rank !== 4) {
    throw new ShapeError(`attention: ${shapes}: all are [batch, time, heads, features]`);
  }
  const [batch, , heads, features] = query.shape;
  if (!sameShape(key.shape.slice(0, 3), value.shape.slice(0, 3)) || key.shape[0] !== batch) {
    throw new ShapeError(
      `attention: ${shapes}: key and value need equal batch, time and heads, and the batch of query`,
    );
  }
  if (key.shape[3] !== features) {
    throw new ShapeError(`attention: ${shapes}: query has ${features} features, key has ${key.shape[3]}`);
  }
  if (heads! % key.shape[2]! !== 0) {
    throw new ShapeError(
      `attention: ${shapes}: ${heads} heads of query do not divide evenly among ${key.shape[2]} heads of key and value`,
    );
  }
}

/** The mask as [batch, heads, queries, keys] with sizes of 1 where it repeats. */
function alignMask(mask: Tensor, scores: readonly number[]): Tensor {
  if (mask.dtype !== 'bool') {
    throw new DTypeError(
      `attention: the mask is ${mask.dtype} ${formatShape(mask.shape)}; it must be bool, true where a query sees a key`,
    );
  }
  if (!sameShape(broadcastShapes('attention: the mask', mask.shape, scores), scores)) {
    throw new ShapeError(
      `attention: the mask ${formatShape(mask.shape)} does not broadcast to [batch, heads, queries, keys] ${formatShape(scores)}`,
    );
  }
  return mask.reshape([...new Array<number>(4 - mask.rank).fill(1), ...mask.shape]);
}

/** So low that e^x is 0 beside any score, and finite, so that a row of nothing else gives no NaN. */
function lowest(x: Tensor): number {
  return x.dtype === 'float16' ? -32768 : -1e30;
}

/**
 * Scaled dot-product attention: softmax(scale · query · keyᵀ) · value for each head.
 * query: [batch, queries, heads, features], key: [batch, keys, keyHeads, features], value: [batch, keys, keyHeads,
 * valueFeatures] → [batch, queries, heads, valueFeatures]. Heads of query share those of key and value in groups of
 * heads / keyHeads neighbours. A query that sees no key gives zeros. Throws ShapeError or DTypeError for what does not fit.
 * Sources: Vaswani et al., "Attention Is All You Need" (2017); Ainslie et al., "GQA" (2023).
 *
 * @example
 * ```ts
 * const x = ones([2, 10, 4, 16]); // [batch, time, heads, features]
 * nn.attention(x, x, x, { causal: true }).shape; // → [2, 10, 4, 16]
 * ```
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  checkOperands(query, key, value);
  const [batch, queries, heads, features] = query.shape as [number, number, number, number];
  const [, keys, keyHeads] = key.shape as [number, number, number];
  const { causal = false, scale = 1 / Math.sqrt(features), mask } = options;
  if (!Number.isFinite(scale))
    throw new ArgumentError(`attention: scale ${scale} is not accepted; use a finite number`);
  const group = heads / keyHeads;
  const scaled = query.mul(scale);
  let scores =
    group === 1
      ? einsum('bqhf,bkhf->bhqk', scaled, key)
      : einsum('bqngf,bknf->bngqk', scaled.reshape([batch, queries, keyHeads, group, features]), key);

  const given = mask === undefined ? null : alignMask(mask, [batch, heads, queries, keys]);
  const before = causal ? onOrBelow(queries, keys, 0).reshape([1, 1, queries, keys]) : null;
  const visible = given !== null && before !== null ? logicalAnd(given, before) : (given ?? before);
  const split = (x: Tensor): Tensor => {
    const [b, h, ...rest] = x.shape;
    if (group === 1) return x;
    return x.reshape(h === 1 ? [b!, 1, 1, ...rest] : [b!, keyHeads, group, ...rest]);
  };
  if (visible !== null) {
    scores = scores.add(split(where(visible, constant(0, [], query.dtype), lowest(query))));
  }
  let weights = softmax(scores);
  // Only a given mask can leave a query without keys.
  if (given !== null) weights = weights.mul(split(visible!.cast(query.dtype).max(-1, { keepDims: true })));
  if (options.dropout !== undefined) weights = dropout(weights, options.dropout.rate, options.dropout.key);
  if (group === 1) return einsum('bhqk,bkhf->bqhf', weights, value);
  return einsum('bngqk,bknf->bqngf', weights, value).reshape([batch, queries, heads, value.shape[3]!]);
}
