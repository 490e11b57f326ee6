import type { Settings } from '../command-line/settings.js';
import type { Agreement } from '../evaluation/onnx-check.js';
import type { Predictions } from '../evaluation/predictions.js';
import type { Result } from '../output/result.js';
import type { TrainingRecord } from '../training/record.js';

/** One layer of the network, for its table. */
export interface LayerRow {
  readonly name: string;
  /** What it is, in words: `32 filters, 3×3, relu`. */
  readonly description: string;
  /** `[batch, 26, 26, 32]` */
  readonly outputShape: string;
  readonly parameters: number;
}

/** The images that the report speaks of. */
export interface ReportImages {
  /** `MNIST` */
  readonly name: string;
  /** What they show: `digits`. */
  readonly subjects: string;
  readonly classNames: readonly string[];
  readonly trainCount: number;
  /** Grey values of the test images, `[count, size, size]`. */
  readonly testPixels: Uint8Array;
  /** Height and width of one image. */
  readonly size: number;
}

/** A file that was written, for the list of files. */
export interface ReportFile {
  readonly name: string;
  readonly bytes: number;
}

/** Everything that the report shows. */
export interface ReportData {
  readonly result: Result;
  readonly settings: Settings;
  readonly images: ReportImages;
  readonly record: TrainingRecord;
  readonly predictions: Predictions;
  readonly agreement: Agreement;
  readonly layers: readonly LayerRow[];
  readonly optimizer: string;
  readonly files: { readonly weights: ReportFile; readonly config: ReportFile; readonly onnx: ReportFile };
  /** Processor and system: `2 cores, linux x64`. */
  readonly machine: string;
  readonly date: Date;
}
