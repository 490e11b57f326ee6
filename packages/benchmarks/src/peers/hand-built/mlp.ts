import { ModelBuilder } from '@tesserajs/onnx';
import type { SequentialNetwork } from '../../networks/sequential.js';
import type { AdamSpec } from '../../workloads/workload.js';
import { StepGraph, type HandBuiltStep } from './step.js';

const microsoft = 'com.microsoft';

/** Dense layers with rectifiers between them; `parameters` are kernel and bias of each. */
export function mlpStep(
  network: SequentialNetwork,
  batch: number,
  optimizer: AdamSpec,
  parameters: readonly Float32Array[],
): HandBuiltStep {
  const builder = new ModelBuilder();
  const step = new StepGraph(builder.graph);
  const sizes = [
    network.inputShape[0]!,
    ...network.layers.map((layer) => {
      if (layer.type !== 'dense') throw new Error(`mlp: ${layer.type} is no dense layer`);
      return layer.units;
    }),
  ];
  const layers = sizes.slice(1).map((units, i) => ({
    kernel: step.takes(`kernel${i}`, [sizes[i]!, units], parameters[2 * i]!),
    bias: step.takes(`bias${i}`, [units], parameters[2 * i + 1]!),
    units,
  }));
  const last = layers.length - 1;
  const rate = builder.graph.input('rate', 'float32', []);

  const activations = [builder.graph.input('x', 'float32', [batch, sizes[0]!])];
  for (const [i, { kernel, bias }] of layers.entries()) {
    const operands = [activations[i]!, kernel, bias];
    const rectified = { activation: { string: 'Relu' } };
    activations.push(
      i === last ? step.node('Gemm', operands) : step.foreign(microsoft, 'FusedGemm', operands, rectified),
    );
  }

  let dy = step.crossEntropy(activations[last + 1]!, batch, sizes[last + 1]!);
  for (let i = last; i >= 0; i--) {
    const { kernel, bias, units } = layers[i]!;
    const x = activations[i]!;
    step.adam(`kernel${i}`, kernel, step.node('Gemm', [x, dy], { transA: { int: 1 } }), optimizer, rate);
    step.adam(`bias${i}`, bias, step.sumRows(dy, batch, units), optimizer, rate);
    if (i > 0) dy = step.rectifierGradient(step.node('Gemm', [dy, kernel], { transB: { int: 1 } }), x);
  }
  return { model: builder.toBytes(), state: step.state };
}
