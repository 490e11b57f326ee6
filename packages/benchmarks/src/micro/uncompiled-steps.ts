import { evaluate, executablesCreated, grad, memory, random, unstack, type Tensor } from '@tesserajs/tensor';

const windows = 10;
const stepsPerWindow = 100;

const key = random.key(0);
const [first, second, third] = unstack(random.split(key, 3)) as [Tensor, Tensor, Tensor];
const x = random.normal(first, [64, 32]);
const y = random.normal(second, [64, 1]);

function loss(w: { hidden: Tensor; output: Tensor }): Tensor {
  return x.matmul(w.hidden).tanh().matmul(w.output).sub(y).square().mean();
}

/**
 * A training loop that compiles nothing and reads only the loss: milliseconds a step over time, and how many executables
 * the steps made. Both stay level, or the graph of a step holds on to the steps before it.
 */
async function main(): Promise<void> {
  const created = executablesCreated();
  let w = { hidden: random.normal(third, [32, 64]).mul(0.1), output: random.normal(third, [64, 1]).mul(0.1) };
  for (let window = 0; window < windows; window++) {
    const start = performance.now();
    let last = NaN;
    for (let i = 0; i < stepsPerWindow; i++) {
      const gradient = grad(loss)(w);
      const value = loss(w);
      w = { hidden: w.hidden.sub(gradient.hidden.mul(0.1)), output: w.output.sub(gradient.output.mul(0.1)) };
      last = await value.item();
    }
    const milliseconds = (performance.now() - start) / stepsPerWindow;
    // Tensors count as alive until they are collected.
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(
      `steps ${String(window * stepsPerWindow + 1).padStart(4)}-${(window + 1) * stepsPerWindow}: ${milliseconds.toFixed(3)} ms a step, loss ${last.toFixed(4)}, ` +
        `${executablesCreated() - created} executables, ${memory().liveTensors} tensors`,
    );
  }
  await evaluate(w.hidden, w.output);
}

await main();
