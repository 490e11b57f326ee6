import type { Callback } from '@tesserajs/layers';
import type { CurvePoint, EpochRecord, TrainingRecord } from './record.js';

/** Points that the learning curve of one epoch consists of. */
const pointsPerEpoch = 24;

const emptyRecord: TrainingRecord = { curve: [], epochs: [], stepMilliseconds: [], seconds: 0 };

/** Writes down how a training goes; `before` is what was written down until it was interrupted. */
export class Recorder {
  readonly #stepsPerEpoch: number;
  readonly #curve: CurvePoint[];
  readonly #epochs: EpochRecord[];
  readonly #stepMilliseconds: number[];
  readonly #secondsBefore: number;
  readonly #start = performance.now();
  #stepStart = this.#start;
  #window = { examples: 0, loss: 0, right: 0 };

  constructor(stepsPerEpoch: number, before: TrainingRecord = emptyRecord) {
    this.#stepsPerEpoch = stepsPerEpoch;
    this.#curve = [...before.curve];
    this.#epochs = [...before.epochs];
    this.#stepMilliseconds = [...before.stepMilliseconds];
    this.#secondsBefore = before.seconds;
  }

  /** What `fit` tells. */
  get callback(): Callback {
    return {
      onEpochBegin: () => {
        this.#stepStart = performance.now();
      },
      onBatchEnd: (batch, _logs, { epoch, batchLogs, examples }) => {
        const now = performance.now();
        this.#stepMilliseconds.push(now - this.#stepStart);
        this.#stepStart = now;
        this.#add(examples, batchLogs['loss'] ?? NaN, batchLogs['accuracy'] ?? NaN);
        const end = (batch + 1) / this.#stepsPerEpoch;
        if (this.#pointsUntil(batch + 1) > this.#pointsUntil(batch)) this.#closeWindow(epoch + end);
      },
      onEpochEnd: (_epoch, { loss = NaN, accuracy = NaN, valLoss = NaN, valAccuracy = NaN }) => {
        this.#epochs.push({ loss, accuracy, testLoss: valLoss, testAccuracy: valAccuracy });
      },
    };
  }

  /** All that is written down so far. */
  get record(): TrainingRecord {
    return {
      curve: [...this.#curve],
      epochs: [...this.#epochs],
      stepMilliseconds: [...this.#stepMilliseconds],
      seconds: this.#secondsBefore + (performance.now() - this.#start) / 1000,
    };
  }

  /** How many points lie before a step of an epoch: as evenly as whole steps allow, the last one at its end. */
  #pointsUntil(step: number): number {
    return Math.floor((step * Math.min(pointsPerEpoch, this.#stepsPerEpoch)) / this.#stepsPerEpoch);
  }

  #add(examples: number, loss: number, accuracy: number): void {
    this.#window.examples += examples;
    this.#window.loss += loss * examples;
    this.#window.right += accuracy * examples;
  }

  #closeWindow(epochs: number): void {
    const { examples, loss, right } = this.#window;
    this.#curve.push({ epochs, loss: loss / examples, accuracy: right / examples });
    this.#window = { examples: 0, loss: 0, right: 0 };
  }
}
