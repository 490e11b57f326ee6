import { testFunctions } from '../function-cases.fixture.js';
import type { Index } from './at.js';
import * as tessera from '../operations.js';
import type { Tensor } from '../tensor.js';

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
  segmentSum: ([x, ids], count: number) => tessera.segmentSum(x!, ids!, count),
});
