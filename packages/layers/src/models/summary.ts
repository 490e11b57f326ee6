import { bytesPerElement, evalShape, isTensor, zeros } from '@tesserajs/tensor';
import { Layer } from '../layers/layer.js';
import { Run } from '../module/context.js';
import { modulePaths } from '../module/module-paths.js';
import type { AnyModule } from '../module/module.js';
import { namedWeights } from '../module/weights.js';
import { formatSymbolic, type SymbolicShape } from '../shapes.js';
import type { AnyModel } from './model.js';

/** One line of a summary. */
export interface SummaryRow {
  readonly name: string;
  /** Class of the layer, as Keras names it. */
  readonly type: string;
  /** Null where it is not known: the model is not built. */
  readonly outputShape: SymbolicShape | null;
  readonly params: number;
}

/** What a summary says. */
export interface ModelSummary {
  readonly name: string;
  readonly rows: readonly SummaryRow[];
  readonly total: number;
  readonly trainable: number;
  readonly bytes: number;
}

/** Name of a module's class in saved models and summaries. */
export function classNameOf(module: AnyModule): string {
  const { className } = module.constructor as { className?: string };
  return className ?? module.constructor.name;
}

/** Traces the model once and notes what each part gives. */
function outputShapes(model: AnyModel): Map<AnyModule, SymbolicShape> {
  const shapes = new Map<AnyModule, SymbolicShape>();
  const { inputShape } = model;
  if (inputShape === null || !model.built) return shapes;
  const run = new Run({
    training: false,
    key: null,
    paths: modulePaths(model),
    updates: null,
    observe: (module, _, y) => {
      if (isTensor(y)) shapes.set(module, [null, ...y.shape.slice(1)]);
    },
  });
  evalShape(() => model.apply(zeros([1, ...inputShape]) as never, run));
  return shapes;
}

/** Collects what `summary` shows. */
export function summarize(model: AnyModel): ModelSummary {
  const shapes = outputShapes(model);
  const rows = model.parts.map((module): SummaryRow => ({
    name: module instanceof Layer ? module.name : (modulePaths(model).get(module) ?? ''),
    type: classNameOf(module),
    outputShape: shapes.get(module) ?? null,
    params: namedWeights(module).reduce((sum, { tensor }) => sum + tensor.size, 0),
  }));
  const weights = namedWeights(model);
  const sum = (list: typeof weights): number => list.reduce((total, { tensor }) => total + tensor.size, 0);
  return {
    name: model.name,
    rows,
    total: sum(weights),
    trainable: sum(weights.filter(({ trainable }) => trainable)),
    bytes: weights.reduce((total, { tensor }) => total + tensor.size * bytesPerElement(tensor.dtype), 0),
  };
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${(bytes / 1024 ** unit).toFixed(unit === 0 ? 0 : 2)} ${units[unit]!}`;
}

/** The table as text, in the manner of Keras. */
export function formatSummary(summary: ModelSummary): string {
  const header = ['Layer (type)', 'Output shape', 'Params'];
  const lines = summary.rows.map(({ name, type, outputShape, params }) => [
    `${name} (${type})`,
    outputShape === null ? '?' : formatSymbolic(outputShape),
    outputShape === null && params === 0 ? '?' : count(params),
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  const row = (cells: readonly string[]): string =>
    `│ ${cells[0]!.padEnd(widths[0]!)} │ ${cells[1]!.padEnd(widths[1]!)} │ ${cells[2]!.padStart(widths[2]!)} │`;
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}`;
  return [
    `Model: ${summary.name}`,
    rule('┌', '┬', '┐'),
    row(header),
    rule('├', '┼', '┤'),
    ...lines.map(row),
    rule('└', '┴', '┘'),
    `Total params: ${count(summary.total)} (${size(summary.bytes)})`,
    `Trainable params: ${count(summary.trainable)}`,
    `Non-trainable params: ${count(summary.total - summary.trainable)}`,
  ].join('\n');
}
