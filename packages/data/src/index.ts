/**
 * Datasets, readers and batches for Tessera. Pure: reading files is the caller's, or `@tesserajs/data/node`'s.
 * @packageDocumentation
 */
export { ArrayBatches, type BatchOptions } from './batches/array-batches.js';
export { ArrayDataset, arrayDataset, type Dataset, type DatasetArrays } from './batches/array-dataset.js';
export type { Batch, BatchSource, JsonValue, Resumable } from './batches/batch.js';
export { column, type Column, type ColumnOptions } from './batches/column.js';
export type { ArrayBatchState } from './batches/state.js';
export { checkFinite, type CheckFiniteOptions } from './check-finite.js';
export {
  fashionMnistClassNames,
  mnistClassNames,
  readMnist,
  type LabelledImages,
  type Mnist,
  type MnistOptions,
} from './datasets/mnist.js';
export {
  DataArgumentError,
  DataError,
  DataFileError,
  DataFormatError,
  DataStateError,
  DataValueError,
  type DataErrorCode,
} from './errors.js';
export { memoryFiles, type FileSource } from './files/source.js';
export { hasDType, type HostArrays, type HostDType, type HostTensor } from './host-tensor.js';
export { parseIdx, readIdx, type IdxDType, type IdxOptions, type ReadIdxOptions } from './readers/idx.js';
