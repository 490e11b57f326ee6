import type { Tensor } from '../tensor.js';

/** Inserts axes of size 1 behind the batch axis of batched operands, so that all broadcast from the right. */
export function alignBatched(operands: readonly Tensor[], batched: readonly boolean[]): readonly Tensor[] {
  const rank = Math.max(...operands.map((operand, i) => operand.rank - (batched[i] === true ? 1 : 0)));
  return operands.map((operand, i) => {
    if (batched[i] !== true || operand.rank === rank + 1) return operand;
    const [size, ...rest] = operand.shape;
    return operand.reshape([size!, ...new Array<number>(rank - rest.length).fill(1), ...rest]);
  });
}
