import { ShapeError } from '../errors.js';
import { checkTensor } from '../graph/bind.js';
import { formatShape } from '../shapes.js';
import type { Tensor } from '../tensor.js';
import { checkIndexType, gatherAs } from './gather.js';

/**
 * The rows of a table that indices name: indices […], any integer dtype, table [entries, features] → […, features].
 * Negative indices count from the end; one out of range is an ExecutionError at the read. Rows that occur several times
 * add their gradients up. Throws DTypeError or ShapeError for what does not fit.
 *
 * @example
 * ```ts
 * nn.embedding(tensor([[2, 0]], { dtype: 'int32' }), zeros([1000, 64])).shape; // → [1, 2, 64]
 * ```
 */
export function embedding(indices: Tensor, table: Tensor): Tensor {
  checkIndexType('embedding', indices);
  checkTensor('embedding', table);
  if (table.rank !== 2) {
    throw new ShapeError(`embedding: the table is ${formatShape(table.shape)}; it must be [entries, features]`);
  }
  return gatherAs('embedding', table, indices, 0);
}
