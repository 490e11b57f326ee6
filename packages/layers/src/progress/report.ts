import { platformConsole } from '#console';
import type { Bar, Console } from '../platform/types.js';
import type { Logs } from '../training/callbacks.js';
import { examplesPerSecond, formatDuration, formatLogs } from './format.js';

/** What a report knows from the start. */
export interface ReportPlan {
  readonly verbose: 0 | 1 | 2;
  /** Number of the epoch after the last one. */
  readonly epochs: number;
  /** Per epoch, where known. */
  readonly examples: number | null;
  readonly batches: number | null;
  /** What examples are called. */
  readonly unit: string;
}

/** Shows how training goes. */
export class Report {
  readonly #plan: ReportPlan;
  readonly #console: Console;
  readonly #now: () => number;
  #bar: Bar | null = null;
  #epoch = 0;
  /** Time and examples of the epoch that this report saw. */
  #started = 0;
  #before = 0;

  constructor(plan: ReportPlan, target: Console = platformConsole, now: () => number = () => performance.now()) {
    this.#plan = plan;
    this.#console = target;
    this.#now = now;
  }

  /** True when progress within an epoch is shown. */
  get live(): boolean {
    return this.#bar !== null;
  }

  /** Begins an epoch, of which `done` examples were seen before. */
  epochBegin(epoch: number, done: number): void {
    this.#epoch = epoch;
    this.#started = this.#now();
    this.#before = done;
    if (this.#plan.verbose === 1) this.#bar = this.#console.openBar();
    this.#bar?.update(this.#share(0, done), this.#title(), '');
  }

  /** Shows means over the epoch so far. */
  update(batches: number, examples: number, logs: Logs): void {
    if (this.#bar === null) return;
    const elapsed = this.#now() - this.#started;
    const rate = examplesPerSecond(examples - this.#before, elapsed);
    const share = this.#share(batches, examples);
    const left = this.#timeLeft(share, elapsed);
    const texts = [formatLogs(logs), `${rate} ${this.#plan.unit}/s`, ...(left === null ? [] : [`${left} left`])];
    this.#bar.update(share, this.#title(), texts.join('  '));
  }

  /** Ends an epoch. */
  epochEnd(examples: number, logs: Logs): void {
    const elapsed = this.#now() - this.#started;
    const rate = `${examplesPerSecond(examples - this.#before, elapsed)} ${this.#plan.unit}/s`;
    const text = [formatLogs(logs), rate, formatDuration(elapsed)].join('  ');
    if (this.#bar !== null) {
      this.#bar.update(1, this.#title(), text);
      this.stop();
    } else if (this.#plan.verbose !== 0) {
      this.#console.writeLine(`${this.#title()}  ${text}`);
    }
  }

  /** Writes a line above the bar. */
  note(text: string): void {
    const shown = this.#bar !== null;
    this.stop();
    this.#console.writeLine(text);
    if (shown) this.#bar = this.#console.openBar();
  }

  /** Leaves the bar as it is. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #title(): string {
    return `epoch ${this.#epoch + 1}/${this.#plan.epochs}`;
  }

  #share(batches: number, examples: number): number | null {
    const { examples: allExamples, batches: allBatches } = this.#plan;
    if (allExamples !== null) return examples / allExamples;
    return allBatches === null ? null : batches / allBatches;
  }

  /** Of the whole training, if the epochs to come are like this one. */
  #timeLeft(share: number | null, elapsed: number): string | null {
    const before = this.#plan.examples === null ? 0 : this.#before / this.#plan.examples;
    if (share === null || share <= before) return null;
    const perEpoch = elapsed / (share - before);
    return formatDuration(perEpoch * (1 - share + this.#plan.epochs - this.#epoch - 1));
  }
}
