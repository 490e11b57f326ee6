import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { readInputs } from '../../inputs/index.js';
import { elementCount } from '../../networks/parameters.js';
import { AbsentError, type LoadRequest, serve, type Session } from '../../protocol.js';
import type { Workload } from '../../workloads/workload.js';
import { mlpStep } from './mlp.js';
import { residualStep } from './resnet.js';
import { adamRate, interruptingOutput, type HandBuiltStep, type StateTensor } from './step.js';

function build({ network, batchSize, optimizer, kind }: Workload, parameters: readonly Float32Array[]): HandBuiltStep {
  const dense = network.type === 'sequential' && network.layers.every(({ type }) => type === 'dense');
  if (kind === 'train' && dense) return mlpStep(network, batchSize, optimizer, parameters);
  if (kind === 'train' && network.type === 'residual') {
    if (batchSize % 16 !== 0) throw new AbsentError('its graph is written for batches of 16, 32, …');
    return residualStep(network, batchSize, optimizer, parameters);
  }
  throw new AbsentError('only the training steps of the MLP and of ResNet-20 are written by hand');
}

/** As the backend of Tessera sets them. */
function options(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 4,
    extra: { session: { intra_op: { spin_duration_us: '50' }, set_denormal_as_zero: '1' } },
  };
}

function tensors(state: readonly StateTensor[]): Tensor[] {
  return state.map(({ first, shape }) => new Tensor('float32', first.slice(), shape));
}

async function prepare(request: LoadRequest): Promise<Session> {
  const { workload, threads, batchCount } = request;
  const { network, batchSize } = workload;
  const inputs = await readInputs(request.directory, network);
  let offset = 0;
  const parameters = request.parameterShapes.map((shape) => {
    const start = offset;
    offset += elementCount(shape);
    return inputs.parameters.slice(start, offset);
  });
  const { model, state } = build(workload, parameters);
  const session = await InferenceSession.create(model, options(threads));
  // Two sets of state take turns: the runtime reads one and writes the other.
  let [current, next] = [tensors(state), tensors(state)];
  const shape = [batchSize, ...network.inputShape];
  const size = elementCount(shape);
  let step = 0;

  async function train(): Promise<number> {
    const index = step++ % batchCount;
    const examples = inputs.examples.subarray(index * size, (index + 1) * size) as Float32Array;
    const labels = inputs.labels.subarray(index * batchSize, (index + 1) * batchSize);
    const feeds: Record<string, Tensor> = {
      x: new Tensor('float32', examples, shape),
      labels: new Tensor('int32', labels, [batchSize]),
      rate: new Tensor('float32', [adamRate(workload.optimizer, step)], []),
    };
    const loss = new Tensor('float32', new Float32Array(1), []);
    const fetches: Record<string, Tensor | null> = { [interruptingOutput]: null, loss };
    state.forEach(({ name }, i) => {
      feeds[name] = current[i]!;
      fetches[`next_${name}`] = next[i]!;
    });
    await session.run(feeds, fetches as never).catch((error: unknown) => {
      if (!String(error).includes('Non tensor type')) throw error;
    });
    [current, next] = [next, current];
    return loss.data[0]!;
  }

  return {
    versions: { 'onnxruntime-node': env.versions.node ?? 'unknown' },
    threads,
    async run(steps) {
      let sum = 0;
      for (let i = 0; i < steps; i++) sum += await train();
      return [sum / steps];
    },
  };
}

serve(prepare);
