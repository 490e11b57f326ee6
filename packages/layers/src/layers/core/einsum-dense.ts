import { ArgumentError, einsum, formatShape, ShapeError, type Shape, type Tensor } from '@tesserajs/tensor';
import { activationFunction, checkActivation, type Activation } from '../../activations.js';
import { toInitializer, type InitializerName } from '../../initializer-names.js';
import type { Fans, Initializer } from '../../initializers.js';
import { asFloat, weightOf, type CreateWeight, type FieldKind, type LayerOptions } from '../layer.js';
import type { WeightRuleOptions } from '../weight-rules.js';
import { loraFields, LoraLayer, type LoraOptions } from './lora.js';

/** Options of `einsumDense`. */
export interface EinsumDenseOptions extends LayerOptions, LoraOptions, WeightRuleOptions<'kernel' | 'bias'> {
  /** Axes of x, of the kernel and of y: 'ab,bc->ac'; '...ab,bc->...ac' and 'ab...,bc->ac...' leave others open. */
  readonly equation: string;
  /** Sizes of the axes of y that are named, without the batch; null where x tells. */
  readonly outputShape: number | readonly (number | null)[];
  /** Default `linear`. */
  readonly activation?: Activation;
  /** The axes of y along which the bias varies: 'c'. Default none: no bias. */
  readonly biasAxes?: string;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName;
  /** Default `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName;
}

/** The terms of an equation, and where axes are left open. */
interface Terms {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  readonly open: 'none' | 'first' | 'last';
}

/** y = activation(einsum(x, kernel) + bias); made by {@link einsumDense}. */
export class EinsumDense extends LoraLayer {
  static readonly className: string = 'EinsumDense';
  static readonly fields: Readonly<Record<string, FieldKind>> = {
    equation: 'text',
    outputShape: 'shape',
    activation: 'activation',
    biasAxes: 'text',
    kernelInitializer: 'initializer',
    biasInitializer: 'initializer',
    ...loraFields,
  };
  static readonly weightOptions: Readonly<Record<string, string>> = { kernel: 'kernel', bias: 'bias' };

  readonly equation: string;
  readonly outputShape: readonly (number | null)[];
  readonly activation: Activation;
  readonly biasAxes: string | null;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  /** The axes of the equation's second term; null until built. */
  kernel: Tensor | null = null;
  /** From the first of biasAxes on: their sizes, and 1; null until built, or without a bias. */
  bias: Tensor | null = null;

  /** As {@link einsumDense}. */
  constructor(options: EinsumDenseOptions) {
    super('einsumDense', options);
    const { equation, outputShape, activation = 'linear', biasAxes = null } = options;
    checkActivation(this.name, activation);
    this.equation = equation;
    this.outputShape = typeof outputShape === 'number' ? [outputShape] : outputShape;
    this.activation = activation;
    this.biasAxes = biasAxes;
    this.kernelInitializer = toInitializer(this.name, options.kernelInitializer ?? 'glorotUniform');
    this.biasInitializer = toInitializer(this.name, options.biasInitializer ?? 'zeros');
    const { output } = this.terms;
    if (biasAxes !== null && (biasAxes === '' || Array.from(biasAxes).some((axis) => !output.includes(axis)))) {
      throw new ArgumentError(`${this.name}: biasAxes '${biasAxes}' are not all axes of the output '${output}'`);
    }
  }

  protected override get loraField(): string {
    return 'kernel';
  }

  override get built(): boolean {
    return this.kernel !== null;
  }

  override call(x: Tensor): Tensor {
    const kernel = weightOf(this, this.kernel);
    this.sizes(x.shape); // names the layer where einsum would not
    const product = einsum(this.equation, asFloat(x, kernel), this.withLora(kernel));
    return activationFunction(this.activation)(this.bias === null ? product : product.add(this.bias));
  }

  protected override createWeights(inputShape: Shape, create: CreateWeight): void {
    const { kernel, output, open } = this.terms;
    const sizes = this.sizes(inputShape);
    const shape = Array.from(kernel).map((axis) => sizes.get(axis)!);
    const product = (axes: readonly string[]): number => axes.reduce((n, axis) => n * sizes.get(axis)!, 1);
    const fans: Fans = {
      fanIn: product(Array.from(kernel).filter((axis) => !output.includes(axis))),
      fanOut: product(Array.from(kernel).filter((axis) => output.includes(axis))),
    };
    this.kernel = create('kernel', this.kernelInitializer, shape, fans);
    const { biasAxes } = this;
    if (biasAxes !== null) {
      const first = Math.min(...Array.from(biasAxes).map((axis) => output.indexOf(axis)));
      const named = Array.from(output.slice(first)).map((axis) => (biasAxes.includes(axis) ? sizes.get(axis)! : 1));
      const after = open === 'last' ? inputShape.length - this.terms.input.length : 0;
      this.bias = create('bias', this.biasInitializer, [...named, ...Array<number>(after).fill(1)]);
    }
    this.createLora(create);
  }

  private get terms(): Terms {
    const { equation } = this;
    for (const [pattern, open] of [
      [/^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/, 'none'],
      [/^\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)$/, 'first'],
      [/^([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.$/, 'last'],
    ] as const) {
      const [, input, kernel, output] = pattern.exec(equation) ?? [];
      if (input !== undefined) return { input, kernel: kernel!, output: output!, open };
    }
    throw new ArgumentError(
      `${this.name}: equation ${JSON.stringify(equation)} is not accepted; use a form like 'ab,bc->ac', ` +
        "'...ab,bc->...ac' or 'ab...,bc->ac...'",
    );
  }

  /** The size of each axis that the equation names. */
  private sizes(shape: Shape): ReadonlyMap<string, number> {
    const { input, kernel, output, open } = this.terms;
    const elided = shape.length - input.length;
    const fail = (reason: string): ShapeError =>
      new ShapeError(`${this.name}: input ${formatShape(shape)} does not fit '${this.equation}': ${reason}`);
    if (elided < 0 || (open === 'none' && elided > 0)) throw fail(`the term '${input}' has ${input.length} axes`);
    const sizes = new Map(Array.from(input).map((axis, i) => [axis, shape[open === 'first' ? elided + i : i]!]));
    // outputShape has no batch: that is the first named axis, unless axes in front are open.
    const [skipped, given] = open === 'first' && elided > 0 ? [0, output] : [1, output.slice(1)];
    if (given.length !== this.outputShape.length) {
      throw fail(`outputShape [${this.outputShape.join(', ')}] must have ${given.length} sizes`);
    }
    Array.from(output)
      .slice(skipped)
      .forEach((axis, i) => {
        const size = this.outputShape[i];
        if (size === null || size === undefined) return;
        const known = sizes.get(axis);
        if (known !== undefined && known !== size) {
          throw fail(`axis '${axis}' has ${known} elements in the input and ${size} in outputShape`);
        }
        sizes.set(axis, size);
      });
    const unknown = Array.from(kernel + output).find((axis) => !sizes.has(axis));
    if (unknown !== undefined) throw fail(`the size of axis '${unknown}' is not known; give it in outputShape`);
    return sizes;
  }
}

/**
 * A dense layer over any axes: y = activation(einsum(equation, x, kernel) + bias).
 *
 * x and y have the axes that the equation names. Weights: kernel, of the equation's second term (Glorot uniform, whose
 * fans are the axes that are summed, and the others); bias along `biasAxes` (zeros), if given. As Keras 3. Throws a
 * ShapeError for inputs that do not fit the equation.
 *
 * @example
 * ```ts
 * const heads = einsumDense({ equation: 'abc,cde->abde', outputShape: [null, 8, 16], biasAxes: 'de' });
 * heads.apply(zeros([2, 10, 32])).shape; // → [2, 10, 8, 16]
 * ```
 */
export function einsumDense(options: EinsumDenseOptions): EinsumDense {
  return new EinsumDense(options);
}
