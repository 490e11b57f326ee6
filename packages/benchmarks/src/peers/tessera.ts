import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import { compile, nn, setBackend, type Tensor, tensor, valueAndGrad, version } from '@tesserajs/tensor';
import { env } from 'onnxruntime-node';
import { elementCount } from '../architectures.js';
import { readInputs } from '../inputs.js';
import { type LoadRequest, serve, type Session } from '../protocol.js';
import type { AdamSpec, Workload } from '../workloads/workload.js';

function forward({ architecture }: Workload, parameters: readonly Tensor[], input: Tensor): Tensor {
  let index = 0;
  const next = (): Tensor => parameters[index++] as Tensor;
  let x = input;
  for (const layer of architecture.layers) {
    switch (layer.type) {
      case 'conv2d':
        x = nn.conv(x, next()).add(next());
        break;
      case 'dense':
        x = x.matmul(next()).add(next());
        break;
      case 'maxPooling2d':
        x = nn.maxPool(x, layer.poolSize);
        break;
      case 'flatten':
        x = x.reshape([x.shape[0] as number, elementCount(x.shape.slice(1))]);
        break;
      case 'dropout':
        throw new Error('dropout: results with random masks cannot be compared');
    }
    if ('activation' in layer) x = nn.relu(x);
  }
  return x;
}

/** What training carries from step to step; `first` and `second` are Adam's moments. */
interface State {
  readonly parameters: readonly Tensor[];
  readonly first: readonly Tensor[];
  readonly second: readonly Tensor[];
}

/** One graph for the whole step; `rate` is the learning rate with Adam's bias corrections. */
function trainStep(workload: Workload): (state: State, x: Tensor, labels: Tensor, rate: number) => [Tensor, State] {
  const { beta1, beta2, epsilon } = workload.optimizer;
  const loss = (parameters: readonly Tensor[], x: Tensor, labels: Tensor): Tensor => {
    const logits = forward(workload, parameters, x);
    const oneHot = nn.oneHot(labels, logits.shape[1] as number);
    return nn.logSoftmax(logits).mul(oneHot).sum(-1).mean().neg();
  };
  return compile(
    (state: State, x: Tensor, labels: Tensor, rate: number): [Tensor, State] => {
      const [value, gradients] = valueAndGrad(loss)(state.parameters, x, labels);
      const first = gradients.map((g, i) => (state.first[i] as Tensor).mul(beta1).add(g.mul(1 - beta1)));
      const second = gradients.map((g, i) => (state.second[i] as Tensor).mul(beta2).add(g.square().mul(1 - beta2)));
      const parameters = state.parameters.map((w, i) => {
        const [m, v] = [first[i], second[i]] as [Tensor, Tensor];
        return w.sub(m.mul(rate).div(v.sqrt().add(epsilon)));
      });
      return [value, { parameters, first, second }];
    },
    { donate: [0] },
  );
}

function correctedRate({ learningRate, beta1, beta2 }: AdamSpec, step: number): number {
  return (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
}

async function prepare(request: LoadRequest): Promise<Session> {
  const { workload, batchCount, threads } = request;
  setBackend(onnxruntime({ threads }));

  const inputs = await readInputs(request.directory);
  let offset = 0;
  const parameters = request.parameterShapes.map((shape) => {
    const values = inputs.parameters.subarray(offset, offset + elementCount(shape));
    offset += values.length;
    return tensor(values, { shape });
  });
  const batchShape = [workload.batchSize, ...workload.architecture.inputShape];
  const batches = Array.from({ length: batchCount }, (_, index) => {
    const part = <T extends Float32Array | Int32Array>(values: T, size: number): T =>
      values.subarray(index * size, (index + 1) * size) as T;
    return {
      images: part(inputs.images, elementCount(batchShape)),
      labels: part(inputs.labels, workload.batchSize),
    };
  });
  let step = 0;
  const nextBatch = (): { x: Tensor; labels: Tensor } => {
    const { images, labels } = batches[step++ % batchCount] as (typeof batches)[number];
    return { x: tensor(images, { shape: batchShape }), labels: tensor(labels) };
  };
  const session = {
    versions: { '@tesserajs/tensor': version, 'onnxruntime-node': env.versions.node ?? 'unknown' },
    threads,
  };

  if (workload.kind === 'predict') {
    const predict = compile((x: Tensor) => forward(workload, parameters, x));
    const run = async (steps: number): Promise<ArrayLike<number>> => {
      let logits: ArrayLike<number> = [];
      for (let i = 0; i < steps; i++) logits = await predict(nextBatch().x).data('float32');
      return logits;
    };
    return { ...session, run };
  }

  const train = trainStep(workload);
  const zeros = (): Tensor[] =>
    request.parameterShapes.map((shape) => tensor(new Float32Array(elementCount(shape)), { shape }));
  let state: State = { parameters, first: zeros(), second: zeros() };
  const run = async (steps: number): Promise<number[]> => {
    let loss: Tensor | undefined;
    for (let i = 0; i < steps; i++) {
      const { x, labels } = nextBatch();
      [loss, state] = train(state, x, labels, correctedRate(workload.optimizer, step));
    }
    return loss === undefined ? [] : [await loss.item()];
  };
  return { ...session, run };
}

serve(prepare);
