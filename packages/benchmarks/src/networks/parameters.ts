/** How a parameter starts: `glorot` is uniform within ±√(6 / (fanIn + fanOut)), `small` within ±0.02. */
export type Initial = 'glorot' | 'small' | 'zeros' | 'ones';

/** A parameter, in the order in which a network uses its parameters. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  readonly initial: Initial;
}

/** Kernel [...receptive field, inputs, outputs] or [inputs, outputs]. */
export function kernel(...shape: readonly number[]): ParameterSpec {
  return { shape, initial: 'glorot' };
}

export function zeros(...shape: readonly number[]): ParameterSpec {
  return { shape, initial: 'zeros' };
}

export function ones(...shape: readonly number[]): ParameterSpec {
  return { shape, initial: 'ones' };
}

/** Table of vectors, such as an embedding. */
export function table(...shape: readonly number[]): ParameterSpec {
  return { shape, initial: 'small' };
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** First values of all parameters, one after the other. */
export function initialValues(specs: readonly ParameterSpec[], random: () => number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(specs.reduce((sum, { shape }) => sum + elementCount(shape), 0));
  let offset = 0;
  for (const { shape, initial } of specs) {
    const end = offset + elementCount(shape);
    if (initial === 'ones') values.fill(1, offset, end);
    const limit = initial === 'glorot' ? glorotLimit(shape) : initial === 'small' ? 0.02 : 0;
    if (limit > 0) for (let i = offset; i < end; i++) values[i] = (random() * 2 - 1) * limit;
    offset = end;
  }
  return values;
}

function glorotLimit(shape: readonly number[]): number {
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  return Math.sqrt(6 / (elementCount(shape.slice(0, -2)) * (inputs + outputs)));
}
