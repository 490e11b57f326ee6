import { isFloat } from '../dtypes.js';
import { TraceError } from '../errors.js';
import { checkNotPromise, withTrace, type TraceKind } from '../graph/trace.js';
import { constant } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { flatten, unflatten, type FlatTree } from '../tree/flatten.js';
import {
  checkFunction,
  derivativeTree,
  prepareArguments,
  type PreparedArgument,
  type UnsuitableArguments,
} from './arguments.js';
import { backward } from './backward.js';
import { warnOfCaptured } from './captured.js';
import { forward } from './forward.js';
import { applyMap, mapInputs, type LinearMap } from './linear-map.js';
import { substitute } from './substitute.js';

/** A function that was run once, and its derivative there as a linear map. */
export interface Derivative {
  /** What the function returned, without the auxiliary part. */
  readonly value: unknown;
  /** The auxiliary part of what it returned; null without `hasAux`. */
  readonly aux: unknown;
  /** `value` as it was traced: its structure and types. */
  readonly result: FlatTree;
  readonly prepared: ReadonlyMap<number, PreparedArgument>;
  /** The leaves of the arguments that are differentiated, in order. */
  readonly placeholders: readonly Tensor[];
  /** Forward: from tangents of `placeholders` to those of all leaves of the result. Reverse: from float leaves back. */
  readonly map: LinearMap;
}

/** How a derivative is to be taken. */
export interface DerivativeOptions {
  readonly operation: TraceKind;
  readonly mode: 'forward' | 'reverse';
  /** Arguments to differentiate. */
  readonly positions: readonly number[];
  readonly unsuitable: UnsuitableArguments;
  /** The function returns [result, auxiliary]. */
  readonly hasAux: boolean;
}

function splitAux(operation: string, value: unknown, hasAux: boolean): readonly [result: unknown, aux: unknown] {
  if (!hasAux) return [value, null];
  if (Array.isArray(value) && value.length === 2) return value as unknown as readonly [unknown, unknown];
  throw new TraceError(`${operation}: with hasAux the function must return [result, aux]`);
}

/** Runs a function on its arguments and differentiates it there. */
export function differentiate(
  f: (...args: never) => unknown,
  args: readonly unknown[],
  { operation, mode, positions, unsuitable, hasAux }: DerivativeOptions,
): Derivative {
  checkFunction(operation, f);
  return withTrace(operation, (trace) => {
    const all = prepareArguments(operation, trace, args, positions, unsuitable);
    const { traced, prepared, values } = all;
    const returned = f(...(traced as never));
    checkNotPromise(operation, returned);
    const [value, auxiliary] = splitAux(operation, returned, hasAux);
    const result = flatten(value);
    const aux = flatten(auxiliary);
    const outputs = result.leaves as Tensor[];
    warnOfCaptured(operation, trace, outputs, all);
    const placeholders = [...values.keys()];
    let inputs: Tensor[];
    let derivatives: (Tensor | null)[];
    if (mode === 'forward') {
      inputs = mapInputs(trace, placeholders);
      derivatives = forward(trace, outputs, new Map(placeholders.map((x, i) => [x, inputs[i]!])));
    } else {
      const floats = outputs.filter(({ dtype }) => isFloat(dtype));
      inputs = mapInputs(trace, floats);
      derivatives = backward(trace, floats, inputs, placeholders);
    }
    const made = derivatives.filter((derivative) => derivative !== null);
    const substituted = substitute(trace, [...outputs, ...(aux.leaves as Tensor[]), ...made], values);
    const first = outputs.length + aux.leaves.length;
    return {
      value: unflatten(result.definition, substituted.slice(0, outputs.length)),
      aux: unflatten(aux.definition, substituted.slice(outputs.length, first)),
      result,
      prepared,
      placeholders,
      map: {
        trace,
        inputs,
        outputs: derivatives.map((one) => (one === null ? null : substituted[first + made.indexOf(one)]!)),
      },
    };
  });
}

/** Tangents of the leaves of a result: a float that does not change has zeros, what is no float has null. */
export function pushforward({ result, map }: Derivative, tangents: readonly (Tensor | null)[]): unknown {
  const made = applyMap(map, tangents);
  const filled = (result.leaves as readonly Tensor[]).map(({ shape, dtype }, i) =>
    isFloat(dtype) ? (made[i] ?? constant(0, shape, dtype)) : null,
  );
  return unflatten(result.definition, filled, 'null');
}

/** Cotangents of the arguments at `positions`, from those of the float leaves of the result. */
export function pullback(
  { prepared, placeholders, map }: Derivative,
  positions: readonly number[],
  cotangents: readonly (Tensor | null)[],
): unknown[] {
  const made = applyMap(map, cotangents);
  const cotangentOf = new Map(placeholders.map((x, i) => [x, made[i] ?? constant(0, x.shape, x.dtype)]));
  return positions.map((n) => derivativeTree(prepared.get(n)!, (target) => cotangentOf.get(target)!));
}
