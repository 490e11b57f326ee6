import { ModelBuilder } from '@tesserajs/onnx';
import { interruptingOutput, probeSize, type ProbeModels } from './output-path.js';

/** y = x + 1, in a model of its own. */
function addOne(interrupted: boolean): Uint8Array {
  const builder = new ModelBuilder();
  const { graph } = builder;
  const x = graph.input('x', 'float32', [probeSize]);
  const y = graph.node('Add', [x, graph.constant('float32', 1)]);
  if (interrupted) graph.sequenceOutput(graph.node('SequenceEmpty', []), 'float32', interruptingOutput);
  graph.output(y, 'float32', [probeSize], 'y');
  return builder.toBytes();
}

let models: ProbeModels | null = null;

/** The models with which ways of getting results are tried. */
export function probeModels(): ProbeModels {
  models ??= { plain: addOne(false), interrupted: addOne(true) };
  return models;
}
