import { readFileSync } from 'node:fs';
import { type Array as JaxArray, defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { readInputs } from '../../inputs/index.js';
import { labelShape } from '../../networks/network.js';
import { elementCount } from '../../networks/parameters.js';
import { AbsentError, type LoadRequest, serve, type Session } from '../../protocol.js';
import { forwardOf } from '../stepwise/forward.js';
import { operations } from './operations.js';

/** Images and kernels channels first, as the library wants them. */
function toLayout(values: Float32Array<ArrayBuffer>, shape: readonly number[], kernel: boolean): JaxArray {
  const array = np.array(values, { shape: [...shape] });
  return shape.length === 4 ? array.transpose(kernel ? [3, 2, 0, 1] : [0, 3, 1, 2]) : array;
}

/** What the package says of itself; it exports no version. */
function packageVersion(): string {
  const entry = new URL(import.meta.resolve('@jax-js/jax'));
  const { version } = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8')) as { version: string };
  return version;
}

async function prepare({ workload, directory, parameterShapes, batchCount }: LoadRequest): Promise<Session> {
  const { network, batchSize, optimizer, kind } = workload;
  const forward = forwardOf(network, operations);
  if (kind !== 'train') throw new AbsentError('only training is written for it');
  if (!(await init('wasm')).includes('wasm')) throw new Error('jax-js: the wasm backend does not start');
  defaultDevice('wasm');
  const { examples, labels, parameters: values } = await readInputs(directory, network);
  let offset = 0;
  let parameters = parameterShapes.map((shape) => {
    const start = offset;
    offset += elementCount(shape);
    return toLayout(values.slice(start, offset), shape, true);
  });
  let means = parameters.map(({ shape }) => np.zeros(shape));
  let squares = parameters.map(({ shape }) => np.zeros(shape));

  const shape = [batchSize, ...network.inputShape];
  const size = elementCount(shape);
  const labelCount = batchSize * elementCount(labelShape(network));
  const batches = Array.from({ length: batchCount }, (_, index) => {
    const part = examples.slice(index * size, (index + 1) * size);
    return {
      examples: part instanceof Int32Array ? np.array(part, { shape }) : toLayout(part, shape, false),
      labels: np.array(labels.slice(index * labelCount, (index + 1) * labelCount)),
    };
  });

  const lossOf = (list: JaxArray[], x: JaxArray, y: JaxArray): JaxArray => {
    const logits = forward(list, x);
    const classes = logits.shape.at(-1) as number;
    const logProbabilities = nn.logSoftmax(logits.reshape([labelCount, classes]), -1);
    return np.sum(logProbabilities.mul(nn.oneHot(y.ref, classes))).mul(-1 / labelCount);
  };
  const { beta1, beta2, epsilon, learningRate } = optimizer;
  const trainStep = jit((list: JaxArray[], m: JaxArray[], v: JaxArray[], x: JaxArray, y: JaxArray, rate: JaxArray) => {
    const [loss, gradients] = valueAndGrad((inner: JaxArray[]) => lossOf(inner, x, y))(list.map((array) => array.ref));
    const newM = m.map((array, i) => array.ref.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
    const newV = v.map((array, i) => array.ref.mul(beta2).add(np.square(gradients[i]!.ref).mul(1 - beta2)));
    const updated = list.map((array, i) =>
      array.ref.sub(rate.ref.mul(newM[i]!.ref).div(np.sqrt(newV[i]!.ref).add(epsilon))),
    );
    return [loss, updated, newM, newV] as [JaxArray, JaxArray[], JaxArray[], JaxArray[]];
  });

  let step = 0;
  const run = async (steps: number): Promise<ArrayLike<number>> => {
    let loss: JaxArray | undefined;
    for (let i = 0; i < steps; i++) {
      const batch = batches[step++ % batchCount] as (typeof batches)[number];
      const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      loss?.dispose();
      [loss, parameters, means, squares] = trainStep(
        parameters,
        means,
        squares,
        batch.examples.ref,
        batch.labels.ref,
        np.array([rate], { shape: [] }),
      );
    }
    return (loss as JaxArray).data() as Promise<Float32Array>;
  };
  return { versions: { '@jax-js/jax': packageVersion() }, threads: 1, run };
}

serve(prepare);
