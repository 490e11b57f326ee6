import { bytesPerElement, subgraphsOf, type Graph, type Tensor } from '@tesserajs/tensor';

function bytesOf({ size, dtype }: Tensor): number {
  return size * bytesPerElement(dtype);
}

/**
 * Bytes of the values between operations that are alive at once, at the worst moment of a run. A session keeps that
 * memory until it is released. Inputs and results are in memory of ours.
 */
export function workingBytes({ nodes, outputs }: Graph): number {
  const lastUse = new Map<Tensor, number>();
  nodes.forEach(({ operands, results }, position) => {
    for (const tensor of [...operands, ...results]) lastUse.set(tensor, position);
  });
  const ours = new Set(outputs);
  let [alive, most] = [0, 0];
  nodes.forEach(({ operands, results, attributes }, position) => {
    const held = results.filter((result) => !ours.has(result));
    alive += held.reduce((sum, result) => sum + bytesOf(result), 0);
    const inside = subgraphsOf(attributes).reduce((sum, body) => sum + workingBytes(body), 0);
    most = Math.max(most, alive + inside);
    for (const tensor of new Set([...operands, ...held])) {
      const made = tensor.node !== null && !ours.has(tensor);
      if (made && lastUse.get(tensor) === position) alive -= bytesOf(tensor);
    }
  });
  return most;
}
