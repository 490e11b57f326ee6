export {
  backupAndRestore,
  modelCheckpoint,
  type BackupAndRestoreOptions,
  type ModelCheckpointOptions,
} from './callbacks/checkpoints.js';
export { csvLogger, type CsvLoggerOptions } from './callbacks/csv-logger.js';
export { earlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.js';
export { learningRateScheduler, reduceLROnPlateau, type ReduceLROnPlateauOptions } from './callbacks/learning-rate.js';
export type { MonitorMode, MonitorOptions } from './callbacks/monitor.js';
export { tensorBoard, type TensorBoardOptions } from './callbacks/tensor-board.js';
