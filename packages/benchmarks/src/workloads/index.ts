import { gptCheckpointTrain, gptTrain } from './gpt.js';
import { lstmTrain } from './lstm.js';
import { mnistCnnPredict, mnistCnnTrain } from './mnist-cnn.js';
import { mnistMlpTrain } from './mnist-mlp.js';
import { resnet20Train } from './resnet20.js';
import { pinnTrain, r1Train } from './second-order.js';
import { unetTrain } from './unet.js';
import type { Workload } from './workload.js';

/** Every workload, in the order in which the report lists them. */
export const workloads: readonly Workload[] = [
  mnistMlpTrain,
  mnistCnnTrain,
  resnet20Train,
  unetTrain,
  lstmTrain,
  gptTrain,
  gptCheckpointTrain,
  r1Train,
  pinnTrain,
  mnistCnnPredict,
];
