import { mnistCnnPredict, mnistCnnTrain } from './mnist-cnn.js';
import { mnistMlpTrain } from './mnist-mlp.js';
import type { Workload } from './workload.js';

/** Every workload, in the order in which the report lists them. */
export const workloads: readonly Workload[] = [mnistMlpTrain, mnistCnnTrain, mnistCnnPredict];
