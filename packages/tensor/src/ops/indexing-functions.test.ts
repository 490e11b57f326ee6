import { testFunctions } from '../function-cases.fixture.js';
import type { Index } from './at.js';
import * as tessera from '../operations.js';
import { tensor } from '../create.js';
import type { ReduceOptions, Tensor } from '../tensor.js';
import type { QuantileOptions } from './quantile.js';
import type { SearchSortedOptions } from './search.js';
import type { SortOptions, TopKOptions } from './sort.js';
import type { VarianceOptions } from './statistics.js';

/** An item of an index as the fixtures hold it: `operand` is the position of an index tensor. */
type StoredIndex = Exclude<Index, Tensor> | { readonly operand: number };

function items(stored: readonly StoredIndex[], operands: readonly Tensor[]): Index[] {
  return stored.map((item) =>
    typeof item === 'object' && item !== null && 'operand' in item ? operands[item.operand]! : item,
  );
}

testFunctions('indexing', {
  at: (operands, stored: readonly StoredIndex[]) => operands[0]!.at(...items(stored, operands)),
  set: (operands, stored: readonly StoredIndex[]) =>
    operands[0]!.set(items(stored, operands), operands[operands.length - 1]!),
  addAt: (operands, stored: readonly StoredIndex[]) =>
    operands[0]!.addAt(items(stored, operands), operands[operands.length - 1]!),
  take: ([x, indices], axis?: number) => tessera.take(x!, indices!, axis),
  putAlongAxis: ([x, indices, values], axis: number) => tessera.putAlongAxis(x!, indices!, values!, axis),
  segmentSum: ([x, ids], count: number) => tessera.segmentSum(x!, ids!, count),
  sort: ([x], axis?: number, options?: SortOptions) => tessera.sort(x!, axis, options),
  argsort: ([x], axis?: number) => tessera.argsort(x!, axis),
  topK: ([x], k: number, axis?: number, options?: TopKOptions) => {
    const { values, indices } = tessera.topK(x!, k, axis, options);
    return [values, indices];
  },
  searchSorted: ([values], sorted: readonly (number | string)[], options: SearchSortedOptions) =>
    tessera.searchSorted(tensor(Float32Array.from(sorted, Number)), values!, options),
  bincount: ([x, weights], length: number) => tessera.bincount(x!, length, weights === undefined ? {} : { weights }),
  quantile: ([x], q: number | readonly number[], axis?: number | null, options?: QuantileOptions) =>
    tessera.quantile(x!, q, axis ?? undefined, options),
  median: ([x], axis?: number) => tessera.median(x!, axis),
  variance: ([x], axis?: number, options?: VarianceOptions) => x!.variance(axis, options),
  std: ([x], axis?: number, options?: VarianceOptions) => x!.std(axis, options),
  logSumExp: ([x], axis?: number, options?: ReduceOptions) => x!.logSumExp(axis, options),
  any: ([x], axis?: number, options?: ReduceOptions) => x!.any(axis, options),
  all: ([x], axis?: number, options?: ReduceOptions) => x!.all(axis, options),
  argmax: ([x], axis?: number | null, options?: ReduceOptions) => x!.argmax(axis ?? undefined, options),
  argmin: ([x], axis?: number | null, options?: ReduceOptions) => x!.argmin(axis ?? undefined, options),
  prod: ([x], axis?: number | null, options?: ReduceOptions) => x!.prod(axis ?? undefined, options),
  cumSum: ([x], axis?: number) => x!.cumSum(axis),
  cumProd: ([x], axis?: number) => x!.cumProd(axis),
  cumMax: ([x], axis?: number) => x!.cumMax(axis),
  cumMin: ([x], axis?: number) => x!.cumMin(axis),
});
