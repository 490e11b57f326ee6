import type { ExternalDataFile } from '@tesserajs/onnx';
import type { ValueType } from './array-types.js';
import type { OutputPath } from './output-path.js';
import type { Provider } from './providers.js';

/** Settings that the sessions of a backend share. */
export interface SessionSettings {
  /** Threads that one operator may use. */
  readonly threads: number;
  readonly provider: Provider;
}

/** A value that goes into a session or comes out of it. */
export interface SessionValue extends ValueType {
  readonly name: string;
}

/** An input: `donated` ones are consumed by the run. */
export interface SessionInput extends SessionValue {
  readonly donated: boolean;
}

/** What goes into a session and comes out of it. */
export interface SessionSignature {
  readonly inputs: readonly SessionInput[];
  readonly outputs: readonly SessionValue[];
  /** How results get into typed arrays. */
  readonly outputPath: OutputPath;
}

/** What a session is made of; only plain data, which another thread can be sent. */
export interface SessionPlan extends SessionSignature {
  readonly model: Uint8Array;
  /** Large constants of the model. */
  readonly externalData: readonly ExternalDataFile[];
  /** Whether weights are part of the model. */
  readonly hasWeights: boolean;
  /** Whether values are computed again, so that they need not be kept. */
  readonly recomputes: boolean;
}

/** Name of an input of graphs that recompute values; the session feeds it. */
export const alwaysTrue = 'always_true';
