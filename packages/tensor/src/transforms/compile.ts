import { ambient } from '../ambient.js';
import { allocate, type NumericArray } from '../dtypes.js';
import { ArgumentError, DonatedError } from '../errors.js';
import type { Backend } from '../execution/backend.js';
import { backendFor, schedule } from '../execution/evaluate.js';
import { compileFrozen, evict, getExecutable, type QueuedExecutable } from '../execution/executables.js';
import { bytesOf } from '../execution/live-memory.js';
import { checkQueue, submit } from '../execution/queue.js';
import { referenceBackend } from '../execution/reference.js';
import { Storage } from '../execution/storage.js';
import { createLeaf } from '../graph/bind.js';
import { isTracing } from '../graph/trace.js';
import { encodeNumber } from '../half.js';
import { formatShape, sameShape } from '../shapes.js';
import { isTensor } from '../graph/is-tensor.js';
import type { Tensor } from '../tensor.js';
import { flatten, sameDefinition, unflatten, type FlatTree } from '../tree/flatten.js';
import { checkFunction } from './arguments.js';
import { resultLeaves, traceFunction, type TracedFunction } from './trace-function.js';

/** Options of `compile`. */
export interface CompileOptions {
  /** Arguments whose tensors are consumed: their buffers are reused, and using them later throws a DonatedError. */
  readonly donate?: readonly number[];
  /**
   * Arguments whose tensors are part of the compiled code, such as the weights of a model that only predicts: the backend
   * prepares them once. Another tensor in their place compiles anew, and drops what was compiled for the one before.
   */
  readonly freeze?: readonly number[];
  /** Arguments whose numbers are part of the compiled code (sizes, counts): another value compiles anew. */
  readonly staticArgnums?: readonly number[];
}

/** The arguments that a trace was made for. */
export interface TracedArguments {
  readonly definition: FlatTree['definition'];
  readonly types: readonly (Pick<Tensor, 'shape' | 'dtype'> | null)[]; // null: a number
}

/** A compiled function for one combination of argument structure, shapes and dtypes. */
interface Variant extends TracedArguments {
  readonly traced: TracedFunction;
  readonly donate: readonly boolean[];
  /** Per argument leaf: it is a tensor of an argument in `freeze`; null when none is. */
  readonly freeze: readonly boolean[] | null;
  /** The frozen tensors that `executables` hold. */
  frozen: readonly Tensor[];
  readonly executables: Map<Backend, QueuedExecutable>;
}

const tracesOf = new WeakMap<object, { readonly name: string; readonly traces: readonly TracedArguments[] }>();

/** The name of a compiled function and what it was traced for, in order; null for other functions. */
export function compiledTraces(
  f: object,
): { readonly name: string; readonly traces: readonly TracedArguments[] } | null {
  return tracesOf.get(f) ?? null;
}

/** Above this many shapes, one function is probably called with data whose size varies by accident. */
const shapeLimit = 8;

/** A function compiled by `compile`. */
export interface CompiledFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  /** How often the function was traced. */
  readonly traces: number;
}

function matches(variant: Variant, args: FlatTree): boolean {
  return (
    variant.types.length === args.leaves.length &&
    args.leaves.every((leaf, i) => {
      const type = variant.types[i] ?? null;
      if (typeof leaf === 'number' || type === null) return typeof leaf === 'number' && type === null;
      return leaf.dtype === type.dtype && sameShape(leaf.shape, type.shape);
    }) &&
    sameDefinition(variant.definition, args.definition)
  );
}

/** Which argument varies, and what to do about it, for the warning about too many shapes. */
function describeVariation(variants: readonly Variant[], paths: readonly string[]): string {
  const position = paths.findIndex((_, i) =>
    variants.some((variant) => {
      const first = variants[0]!.types[i];
      const type = variant.types[i];
      return first != null && type != null && !sameShape(first.shape, type.shape);
    }),
  );
  if (position < 0) return 'static values differ from call to call; pass what varies as numbers or tensors';
  const shapes = [...new Set(variants.map((variant) => formatShape(variant.types[position]?.shape ?? [])))];
  return `argument ${paths[position]} came as ${shapes.slice(-3).join(', ')}, …; pad or bucket the varying dimension`;
}

/** Per leaf: it is a tensor of one of the arguments `argnums`. Paths begin with the position of the argument. */
function leavesOf({ leaves, paths }: FlatTree, argnums: readonly number[]): boolean[] {
  return leaves.map((leaf, i) => typeof leaf !== 'number' && argnums.includes(Number.parseInt(paths[i]!)));
}

function checkList(option: string, argnums: readonly unknown[]): void {
  if (Array.isArray(argnums) && argnums.every((n) => Number.isInteger(n) && (n as number) >= 0)) return;
  throw new ArgumentError(
    `compile: ${option} ${JSON.stringify(argnums)} is not accepted; list positions of arguments, such as [0]`,
  );
}

/**
 * Compiles a function of tensors: traced once per combination of shapes and dtypes, optimized as a whole and run by the
 * active backend. Calls return at once; reading a result waits for it. Inside another trace the function is inlined.
 *
 * Finite numbers are inputs; booleans, strings, functions and null are part of the compiled code; tensors from outside
 * are bound when the function is traced. Throws a DonatedError for a tensor that an earlier call consumed.
 * Runs of a backend take turns; one that waits holds its inputs only. Throws a PendingLimitError when 10,000 wait.
 *
 * @example
 * ```ts
 * const loss = (w: Tensor, x: Tensor) => w.mul(x).square().sum();
 * const step = compile((w: Tensor, x: Tensor) => w.sub(grad(loss)(w, x).mul(0.1)), { donate: [0] });
 * step(tensor([1, 2]), tensor([1, 1])); // → [0.8, 1.6]
 * ```
 */
export function compile<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: CompileOptions = {},
): CompiledFunction<A, R> {
  checkFunction('compile', f);
  const { donate = [], freeze = [], staticArgnums = [] } = options;
  for (const [option, list] of Object.entries({ donate, freeze, staticArgnums })) checkList(option, list);
  const name = f.name === '' ? 'a compiled function' : `compile(${f.name})`;
  const both = donate.find((position) => freeze.includes(position));
  if (both !== undefined) {
    throw new ArgumentError(
      `${name}: argument ${both} is in donate and in freeze; what a call consumes cannot be part of the compiled code`,
    );
  }
  const variants: Variant[] = [];
  let traces = 0;
  let warned = false;

  const variantFor = (flat: FlatTree): Variant => {
    const found = variants.find((variant) => matches(variant, flat));
    if (found !== undefined) return found;
    traces++;
    const traced = traceFunction('compile', (...inner: never[]) => f(...(inner as unknown as A)), flat);
    if (traced.sources.some((source) => source.kind === 'argument' && typeof flat.leaves[source.index] === 'number')) {
      throw new ArgumentError(`${name}: a number argument is returned as it is; return a tensor`);
    }
    const handedThrough = new Set(traced.sources.map((source) => (source.kind === 'argument' ? source.index : -1)));
    const variant: Variant = {
      definition: flat.definition,
      types: flat.leaves.map((leaf) => (typeof leaf === 'number' ? null : { shape: leaf.shape, dtype: leaf.dtype })),
      traced,
      donate: [
        ...leavesOf(flat, donate).map((donated, i) => donated && !handedThrough.has(i)),
        ...traced.captured.map(() => false),
      ],
      freeze: freeze.length === 0 ? null : leavesOf(flat, freeze),
      frozen: [],
      executables: new Map(),
    };
    variants.push(variant);
    if (variants.length > shapeLimit && !warned) {
      warned = true;
      console.warn(
        `${name} was compiled for ${variants.length} combinations of arguments: ${describeVariation(variants, flat.paths)}`,
      );
    }
    return variant;
  };

  const compiled = (...args: A): R => {
    if (isTracing() || ambient.debug.compileDisabled) return f(...args);
    const flat = flatten(args, { numbers: 'leaf', staticPositions: staticArgnums });
    return run(name, variantFor(flat), flat) as R;
  };
  tracesOf.set(compiled, { name, traces: variants });
  Object.defineProperty(compiled, 'traces', { get: () => traces });
  return compiled as CompiledFunction<A, R>;
}

/** Drops the executables that hold frozen tensors other than those of this call. */
function keepFrozen(variant: Variant, flat: FlatTree): void {
  const { freeze, executables } = variant;
  if (freeze === null) return;
  const frozen = flat.leaves.filter((leaf, i): leaf is Tensor => freeze[i] === true && isTensor(leaf));
  if (frozen.length === variant.frozen.length && frozen.every((tensor, i) => tensor === variant.frozen[i])) return;
  for (const [backend, executable] of executables) {
    if (backend === referenceBackend) continue; // it has nothing to prepare, and its executables are shared
    evict(executable);
    executables.delete(backend);
  }
  variant.frozen = frozen;
}

/** Checks that each donated tensor is given once and is still there. */
function checkDonations(name: string, storages: readonly Storage[], donate: readonly boolean[]): void {
  storages.forEach((storage, i) => {
    storage.checkUsable(name);
    if (donate[i] === true && storages.some((other, k) => k !== i && other === storage)) {
      throw new DonatedError(
        `${name}: a donated tensor is passed twice (or is also captured); pass a copy or do not donate it`,
      );
    }
  });
}

function run(name: string, variant: Variant, flat: FlatTree): unknown {
  const { traced, donate, freeze, executables } = variant;
  const { graph, captured, result } = traced;
  const tensors = [...flat.leaves, ...captured].filter(isTensor);
  schedule(name, tensors);
  const inputs = graph.inputs.map((input, i) => {
    const value = i < flat.leaves.length ? flat.leaves[i]! : captured[i - flat.leaves.length]!;
    if (typeof value !== 'number') return value.storage!;
    const data = allocate(input.dtype, 1) as NumericArray;
    data[0] = encodeNumber(value, input.dtype);
    return new Storage(referenceBackend, data, 0);
  });
  checkDonations(name, inputs, donate);
  keepFrozen(variant, flat);
  let outputs: Tensor[] = [];
  if (graph.outputs.length > 0) {
    const backend = backendFor(graph);
    let cached = ambient.optimizationsDisabled ? undefined : executables.get(backend);
    if (cached === undefined || cached.evicted) {
      const frozen = inputs.map((input, i) => (freeze?.[i] === true ? input : null));
      cached =
        freeze === null || backend === referenceBackend
          ? getExecutable(graph, backend, donate)
          : compileFrozen(graph, backend, donate, frozen);
      if (!ambient.optimizationsDisabled) executables.set(backend, cached);
    }
    checkQueue(name, backend);
    const storages = graph.outputs.map((output) => new Storage(backend, null, bytesOf(output)));
    outputs = graph.outputs.map((output, i) => {
      const tensor = createLeaf(output.shape, output.dtype);
      tensor.storage = storages[i]!;
      tensor.scope?.add(tensor.storage);
      return tensor;
    });
    const donated = inputs.filter((_, i) => donate[i] === true);
    for (const storage of donated) storage.donate(name);
    submit({ cached, inputs, types: graph.inputs, donated, outputs: storages });
  }
  return unflatten(result.definition, resultLeaves(traced, flat.leaves as Tensor[], outputs));
}
