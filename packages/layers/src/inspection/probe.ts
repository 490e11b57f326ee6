import {
  ArgumentError,
  evalShape,
  evaluate,
  isFloat,
  isNaN,
  isTensor,
  stack,
  tree,
  valueAndGrad,
  zeros,
  type DType,
  type Shape,
  type Tensor,
} from '@tesserajs/tensor';
import { Run } from '../module/context.js';
import { modulePaths } from '../module/module-paths.js';
import type { AnyModule } from '../module/module.js';
import { namedWeights } from '../module/weights.js';
import { joinPath, mapLeaves, tensorsOf } from '../structure.js';
import { classNameOf } from './summary.js';

/** Options of `probe`. */
export interface ProbeOptions<Output = Tensor> {
  /**
   * Also gradients of activations and weights: of the mean of the outputs, or of the scalar that a function makes of
   * them. Default false.
   */
  readonly gradients?: boolean | ((output: Output) => Tensor);
  /** True for a run as in training. Default false. */
  readonly training?: boolean;
  /** Random key for dropout and the like. */
  readonly key?: Tensor;
}

/** What values a tensor has. */
export interface TensorStatistics {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Share of zeros, 0 to 1. */
  readonly zeros: number;
  /** Share of NaN, 0 to 1. */
  readonly nans: number;
  /** The values, on demand: `await statistics.tensor.data()`. */
  readonly tensor: Tensor;
}

/** What one part of a model gave. */
export interface ProbedLayer {
  /** Where the part lies, with the names of layers; where it gives several tensors, with the name of this one. */
  readonly path: string;
  readonly type: string;
  readonly output: TensorStatistics;
  /** Null without gradients. */
  readonly gradient: TensorStatistics | null;
}

/** One weight of a model. */
export interface ProbedWeight {
  readonly path: string;
  readonly value: TensorStatistics;
  /** Null without gradients, and for weights that have none. */
  readonly gradient: TensorStatistics | null;
}

/** What `probe` finds. */
export interface Probe {
  /** In the order in which they ran; parts inside others before these. */
  readonly layers: readonly ProbedLayer[];
  readonly weights: readonly ProbedWeight[];
  /** What the gradients are of; null without them. */
  readonly loss: number | null;
}

interface Seen {
  readonly path: string;
  readonly type: string;
  readonly value: Tensor;
}

/** Runs a model and notes what its parts give; to each of these a tap is added, where there are taps. */
function watch(
  model: AnyModule,
  x: unknown,
  { training = false, key }: ProbeOptions<never>,
  taps: readonly Tensor[] | null,
): { readonly y: unknown; readonly seen: readonly Seen[] } {
  const paths = modulePaths(model);
  const seen: Seen[] = [];
  const observe = (module: AnyModule, _: unknown, y: unknown, depth: number): unknown => {
    if (depth === 0) return y;
    return mapLeaves(y, isTensor, (tensor, at) => {
      const tap = taps?.[seen.length];
      const value = tap === undefined || !isFloat(tensor.dtype) ? tensor : tensor.add(tap);
      const path = paths.get(module) ?? '';
      seen.push({ path: at === '' ? path : joinPath(path, at), type: classNameOf(module), value });
      return value;
    });
  };
  const run = new Run({ training, key: key ?? null, paths, updates: new Map(), observe });
  return { y: model.apply(x as never, run), seen };
}

/** Implements `model.probe`. */
export async function probeModel<Output>(model: AnyModule, x: unknown, options: ProbeOptions<Output>): Promise<Probe> {
  const run = options as ProbeOptions<never>;
  const weights = namedWeights(model);
  const { loss, seen, taps, grads } =
    options.gradients === undefined || options.gradients === false
      ? { ...watch(model, x, run, null), loss: null, taps: [], grads: new Map<string, Tensor>() }
      : differentiate(model, x, run, options.gradients);
  const [outputs, tapped, values, gradients] = await statistics([
    seen.map(({ value }) => value),
    taps,
    weights.map(({ tensor }) => tensor),
    weights.map(({ path }) => grads.get(path) ?? null),
  ] as const);
  return {
    layers: seen.map(({ path, type }, i) => ({ path, type, output: outputs[i]!, gradient: tapped[i] ?? null })),
    weights: weights.map(({ path }, i) => ({ path, value: values[i]!, gradient: gradients[i]! })),
    loss: loss === null ? null : await loss.item(),
  };
}

/** What parts give, the gradients of that, and those of weights by path. */
function differentiate(
  model: AnyModule,
  x: unknown,
  run: ProbeOptions<never>,
  lossOf: true | ((output: never) => Tensor),
): { loss: Tensor; seen: readonly Seen[]; taps: readonly Tensor[]; grads: ReadonlyMap<string, Tensor> } {
  let seen: readonly Seen[] = [];
  evalShape(() => ({ seen } = watch(model, x, run, null)).y);
  const zeroTaps = seen.map(({ value: { shape, dtype } }) =>
    zeros(shape, { dtype: isFloat(dtype) ? dtype : 'float32' }),
  );
  const forward = ({ own, taps }: { own: AnyModule; taps: readonly Tensor[] }): [Tensor, Tensor[]] => {
    const result = watch(own, x, run, taps);
    const loss = lossOf === true ? meanOf(result.y) : lossOf(result.y as never);
    return [loss, result.seen.map(({ value }) => value)];
  };
  const [[loss, values], grads] = valueAndGrad(forward, { hasAux: true })({ own: model, taps: zeroTaps });
  const { leaves, paths } = tree.flatten(grads.own);
  return {
    loss,
    seen: seen.map((part, i) => ({ ...part, value: values[i]! })),
    taps: grads.taps,
    grads: new Map(paths.map((path, i) => [path, leaves[i] as Tensor])),
  };
}

function meanOf(y: unknown): Tensor {
  const [first, ...others] = tensorsOf(y)
    .filter(({ dtype }) => isFloat(dtype))
    .map((tensor) => tensor.mean());
  if (first === undefined) throw new ArgumentError('probe: the model gives no floats, which gradients could be of');
  return others.reduce((sum, other) => sum.add(other), first);
}

/** Statistics of lists of tensors, computed together. */
async function statistics<const Lists extends readonly (readonly (Tensor | null)[])[]>(
  lists: Lists,
): Promise<{ [K in keyof Lists]: (TensorStatistics | null)[] }> {
  const numbers = lists.map((list) =>
    list.map((tensor) => (tensor === null || tensor.size === 0 ? null : six(tensor))),
  );
  await evaluate(...[...lists, ...numbers].flat().filter((tensor) => tensor !== null));
  const read = async (tensor: Tensor | null, own: Tensor | null): Promise<TensorStatistics | null> => {
    if (tensor === null) return null;
    const { shape, dtype } = tensor;
    const [mean, std, min, max, zero, nan] = (await own?.data('float64')) ?? Array<number>(6).fill(NaN);
    return { shape, dtype, mean: mean!, std: std!, min: min!, max: max!, zeros: zero!, nans: nan!, tensor };
  };
  const all = lists.map((list, k) => Promise.all(list.map((tensor, i) => read(tensor, numbers[k]![i]!))));
  return (await Promise.all(all)) as { [K in keyof Lists]: (TensorStatistics | null)[] };
}

/** Mean, standard deviation, least, greatest, shares of zeros and of NaN. */
function six(tensor: Tensor): Tensor {
  const x = tensor.dtype === 'float32' || tensor.dtype === 'float64' ? tensor : tensor.cast('float32');
  const share = (mask: Tensor): Tensor => mask.cast(x.dtype).mean();
  return stack([x.mean(), x.std(), x.min(), x.max(), share(x.equal(0)), share(isNaN(x))]);
}
