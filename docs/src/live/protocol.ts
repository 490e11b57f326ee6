/** What the page sends: one example to run. A worker runs one example and is then thrown away. */
export interface RunRequest {
  source: string;
  canvas: OffscreenCanvas;
}

/** Why an example failed, and where in its text, both from 1. */
export interface Failure {
  message: string;
  line?: number;
}

export type LogLevel = 'log' | 'warn' | 'error';

/** The picture that `output.mosaic` asks for; `points` holds x, y, label of each point in turn. */
export interface MosaicPicture {
  values: Float32Array;
  columns: number;
  points: Float32Array;
  label: string;
}

export type RunEvent =
  | { type: 'loading'; module: string }
  | { type: 'started' }
  | { type: 'log'; level: LogLevel; text: string }
  | { type: 'plot'; values: Record<string, number> }
  | { type: 'mosaic'; picture: MosaicPicture }
  | { type: 'canvas'; width: number; height: number; label: string }
  | { type: 'failed'; failure: Failure }
  | { type: 'finished' };
