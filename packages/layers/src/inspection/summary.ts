import { bytesPerElement } from '@tesserajs/tensor';
import { Layer } from '../layers/layer.js';
import type { AnyModel } from '../models/model.js';
import { modulePaths } from '../module/module-paths.js';
import type { AnyModule } from '../module/module.js';
import { namedWeights, type Weight } from '../module/weights.js';
import { formatSymbolic, type SymbolicShape } from '../shapes.js';
import { isShape } from '../structure.js';
import { traceCalls, type ModelCalls } from './calls.js';

/** One line of a summary. */
export interface SummaryRow {
  readonly name: string;
  /** Class of the layer, as Keras names it. */
  readonly type: string;
  /** A list of shapes where it gives several tensors. Null where it is not known: the model is not built. */
  readonly outputShape: SymbolicShape | readonly SymbolicShape[] | null;
  readonly params: number;
  /** Where its input comes from, in models with branches. */
  readonly connectedTo?: readonly string[];
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

/** Name of a part of a model in summaries. */
export function partName(model: AnyModel): (module: AnyModule) => string {
  const paths = modulePaths(model);
  return (module) => (module instanceof Layer ? module.name : (paths.get(module) ?? ''));
}

/** Collects what `summary` shows. */
export function summarize(model: AnyModel): ModelSummary {
  const run = traceCalls(model);
  const name = partName(model);
  const branches = run !== null && isBranched(run);
  const source = (n: number): string => (n < 0 ? run!.inputs[-1 - n]!.name : name(run!.calls[n]!.module));
  const inputs = (branches ? run.inputs : []).map((input): SummaryRow => ({
    name: input.name,
    type: 'InputLayer',
    outputShape: input.shape,
    params: 0,
    connectedTo: [],
  }));
  const rows = model.parts.map((module): SummaryRow => {
    const calls = run?.calls.filter((call) => call.module === module) ?? [];
    const shapes = calls[0]?.shapes ?? [];
    return {
      name: name(module),
      type: classNameOf(module),
      outputShape: shapes.length > 1 ? shapes : (shapes[0] ?? null),
      params: sizeOf(namedWeights(module)),
      ...(branches ? { connectedTo: [...new Set(calls.flatMap(({ sources }) => sources.map(source)))] } : {}),
    };
  });
  const weights = namedWeights(model);
  return {
    name: model.name,
    rows: [...inputs, ...rows],
    total: sizeOf(weights),
    trainable: sizeOf(weights.filter(({ trainable }) => trainable)),
    bytes: bytesOf(weights),
  };
}

/** True unless each part takes what the one before gives. */
function isBranched({ calls, inputs }: ModelCalls): boolean {
  return inputs.length > 1 || calls.some(({ sources }, i) => sources.length !== 1 || sources[0] !== i - 1);
}

/** Number of values in weights. */
export function sizeOf(weights: readonly Weight[]): number {
  return weights.reduce((total, { tensor }) => total + tensor.size, 0);
}

/** Memory that weights take. */
export function bytesOf(weights: readonly Weight[]): number {
  return weights.reduce((total, { tensor }) => total + tensor.size * bytesPerElement(tensor.dtype), 0);
}

/** A number with its thousands set apart. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${(bytes / 1024 ** unit).toFixed(unit === 0 ? 0 : 2)} ${units[unit]!}`;
}

function shapeText(shape: SummaryRow['outputShape']): string {
  if (shape === null) return '?';
  return isShape(shape) ? formatSymbolic(shape) : shape.map(formatSymbolic).join(', ');
}

/** The table as text, in the manner of Keras. */
export function formatSummary(summary: ModelSummary): string {
  const connected = summary.rows.some(({ connectedTo }) => connectedTo !== undefined);
  const header = ['Layer (type)', 'Output shape', 'Params', ...(connected ? ['Connected to'] : [])];
  const lines = summary.rows.map(({ name, type, outputShape, params, connectedTo }) => [
    `${name} (${type})`,
    shapeText(outputShape),
    outputShape === null && params === 0 ? '?' : count(params),
    ...(connected ? [(connectedTo ?? []).join(', ')] : []),
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  const cell = (text: string, i: number): string => (i === 2 ? text.padStart(widths[i]!) : text.padEnd(widths[i]!));
  const row = (cells: readonly string[]): string => `│ ${cells.map(cell).join(' │ ')} │`;
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
