import type { PrimitiveName, Tensor } from '@tesserajs/tensor';
import { elementTypeCode, type ElementType } from '../elements.js';
import type { StandardOperator } from '../operators.js';
import { elementType, type Lowering, type LoweringContext, type LoweringEntry } from './context.js';

/** Writes operators on values of one element type, with numbers as constants of that type. */
class Writer {
  readonly #context: LoweringContext;
  readonly #type: ElementType;

  constructor(context: LoweringContext, type: ElementType) {
    this.#context = context;
    this.#type = type;
  }

  number(value: number): string {
    return this.#context.graph.constant(this.#type, value);
  }

  apply(opType: StandardOperator, ...operands: readonly (string | number)[]): string {
    return this.#context.graph.node(
      opType,
      operands.map((operand) => (typeof operand === 'number' ? this.number(operand) : operand)),
    );
  }

  cast(value: string, type: ElementType): string {
    return this.#context.graph.node('Cast', [value], { to: { int: elementTypeCode(type) } });
  }

  /** c[0]·xⁿ + c[1]·xⁿ⁻¹ + …, by Horner's rule. */
  polynomial(x: string, [first, second, ...rest]: readonly number[]): string {
    const start = this.apply('Add', this.apply('Mul', x, first!), second!);
    return rest.reduce((sum, coefficient) => this.apply('Add', this.apply('Mul', sum, x), coefficient), start);
  }
}

/** A primitive that one operator computes. */
function operator(opType: StandardOperator): Lowering {
  return (node, operands, { graph }) => [graph.node(opType, operands, {}, { name: node.primitive.name })];
}

/** A primitive that several operators of the result's element type compute. */
function operators(write: (writer: Writer, operands: readonly string[], result: Tensor) => string): Lowering {
  return (node, operands, context) => {
    const result = node.results[0]!;
    return [write(new Writer(context, elementType(result)), operands, result)];
  };
}

/** What is missing of log(1 + x) in the logarithm of the rounded sum: (x − (u − 1)) / u, for finite x > −1. */
function log1pOf(w: Writer, x: string, limited: string): string {
  const sum = w.apply('Add', limited, 1);
  const lost = w.apply('Div', w.apply('Sub', limited, w.apply('Sub', sum, 1)), sum);
  return w.apply('Add', w.apply('Log', x === limited ? sum : w.apply('Add', x, 1)), lost);
}

const limitedLog1p = (w: Writer, x: string): string => log1pOf(w, x, w.apply('Clip', x, -0.9999, 1e8));

const log1p = operators((w, [x]) => limitedLog1p(w, x!));

/** e^x − 1, plus u·(x − log u) for what rounding took from u = e^x; it is added where x is small, and no harm elsewhere. */
const expm1 = operators((w, [x]) => {
  const small = w.apply('Clip', x!, -1, 1);
  const power = w.apply('Exp', small);
  const lost = w.apply('Mul', power, w.apply('Sub', small, w.apply('Log', power)));
  return w.apply('Add', w.apply('Sub', w.apply('Exp', x!), 1), lost);
});

const logAddExp = operators((w, [a, b]) => {
  const difference = w.apply('Where', w.apply('Equal', a!, b!), 0, w.apply('Sub', a!, b!));
  const power = w.apply('Exp', w.apply('Neg', w.apply('Abs', difference)));
  return w.apply('Add', w.apply('Max', a!, b!), log1pOf(w, power, power));
});

/** x·log(…), and 0 where x is 0 and y is a number. */
function logProduct(logarithm: (w: Writer, y: string) => string): Lowering {
  return operators((w, [x, y]) => {
    const isNumber = w.apply('Equal', y!, y!);
    const isZero = w.apply('And', w.apply('Equal', x!, 0), isNumber);
    return w.apply('Where', isZero, 0, w.apply('Mul', x!, logarithm(w, y!)));
  });
}

/** A power, and one step of Newton's method for what the rounded 1/3 lacks, except where it divides by zero. */
const cbrt = operators((w, [x]) => {
  const root = w.apply('Pow', w.apply('Abs', x!), 1 / 3);
  const other = w.apply('Div', w.apply('Abs', x!), w.apply('Mul', root, root));
  const better = w.apply('Sub', root, w.apply('Div', w.apply('Sub', root, other), 3));
  return w.apply('Mul', w.apply('Sign', x!), w.apply('Where', w.apply('IsNaN', better), root, better));
});

const largest: Readonly<Record<string, number>> = { float32: 3e38, float64: 1.7e308 };
const smallest: Readonly<Record<string, number>> = { float32: 1e-37, float64: 1e-307 };

const hypot = operators((w, [a, b], { dtype }) => {
  const [u, v] = [w.apply('Abs', a!), w.apply('Abs', b!)];
  const large = w.apply('Max', u, v);
  const small = w.apply('Min', u, v, largest[dtype]!);
  const slope = w.apply('Div', small, w.apply('Clip', large, smallest[dtype]!, largest[dtype]!));
  return w.apply('Mul', large, w.apply('Sqrt', w.apply('Add', w.apply('Mul', slope, slope), 1)));
});

/** The angle of the smaller by the larger coordinate, turned into its octant. */
const atan2 = operators((w, [y, x]) => {
  const [u, v] = [w.apply('Abs', y!), w.apply('Abs', x!)];
  const steep = w.apply('Greater', u, v);
  const large = w.apply('Max', u, v);
  const quotient = w.apply('Div', w.apply('Min', u, v), large);
  // 0 / 0 and ∞ / ∞ are NaN like what NaN gives; equal coordinates are at 45°, and both 0 at 0.
  const slope = w.apply('Where', w.apply('Equal', u, v), w.apply('Sign', u), quotient);
  const angle = w.apply('Atan', slope);
  const octant = w.apply('Where', steep, w.apply('Sub', Math.PI / 2, angle), angle);
  // The reciprocal tells −0 from 0.
  const backward = w.apply('Less', w.apply('Where', w.apply('Equal', x!, 0), w.apply('Div', 1, x!), x!), 0);
  const half = w.apply('Where', backward, w.apply('Sub', Math.PI, octant), octant);
  const below = w.apply('Less', w.apply('Where', w.apply('Equal', y!, 0), w.apply('Div', 1, y!), y!), 0);
  return w.apply('Where', below, w.apply('Neg', half), half);
});

// Press et al., "Numerical Recipes", erfcc: 1.2e-7 relative everywhere, which float64 arithmetic keeps.
const complement = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
  -1.26551223,
];

const erfc: Lowering = (_, [x], context) => {
  const w = new Writer(context, 'float64');
  const wide = w.cast(x!, 'float64');
  const size = w.apply('Abs', wide);
  const t = w.apply('Div', 1, w.apply('Add', w.apply('Mul', size, 0.5), 1));
  const exponent = w.apply('Sub', w.polynomial(t, complement), w.apply('Mul', size, size));
  const tail = w.apply('Mul', t, w.apply('Exp', exponent));
  const result = w.apply('Where', w.apply('Less', wide, 0), w.apply('Sub', 2, tail), tail);
  return [w.cast(result, 'float32')];
};

// Giles, "Approximating the erfinv function" (2010), single precision.
const inverseCentre = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const inverseTail = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

const erfInv = operators((w, [x]) => {
  const product = w.apply('Mul', w.apply('Sub', 1, x!), w.apply('Add', x!, 1));
  const logarithm = w.apply('Neg', w.apply('Log', product));
  const near = w.polynomial(w.apply('Sub', logarithm, 2.5), inverseCentre);
  const root = w.apply('Sqrt', w.apply('Clip', logarithm, 5, 1e3));
  const far = w.polynomial(w.apply('Sub', root, 3), inverseTail);
  const factor = w.apply('Where', w.apply('Less', logarithm, 5), near, far);
  const ends = w.apply('Where', w.apply('Equal', product, 0), Infinity, factor);
  // The root's limits hide that the logarithm of a negative number is NaN.
  return w.apply('Mul', w.apply('Where', w.apply('IsNaN', logarithm), logarithm, ends), x!);
});

/** Names of these primitives. */
type Name = Extract<
  PrimitiveName,
  | 'sin'
  | 'cos'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'atan2'
  | 'hypot'
  | 'sinh'
  | 'cosh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'log1p'
  | 'expm1'
  | 'cbrt'
  | 'logAddExp'
  | 'round'
  | 'ceil'
  | 'erf'
  | 'erfc'
  | 'erfInv'
  | 'xlogy'
  | 'xlog1py'
>;

/** Lowerings of trigonometric, hyperbolic, logarithmic, rounding and error functions. */
export const mathLowerings: Readonly<Record<Name, LoweringEntry>> = {
  sin: operator('Sin'),
  cos: operator('Cos'),
  asin: operator('Asin'),
  acos: operator('Acos'),
  atan: operator('Atan'),
  atan2,
  hypot,
  sinh: operator('Sinh'),
  cosh: operator('Cosh'),
  asinh: operator('Asinh'),
  acosh: operator('Acosh'),
  atanh: operator('Atanh'),
  log1p,
  expm1,
  cbrt,
  logAddExp,
  round: operator('Round'),
  ceil: operator('Ceil'),
  erf: operator('Erf'),
  erfc,
  erfInv,
  xlogy: logProduct((w, y) => w.apply('Log', y)),
  xlog1py: logProduct(limitedLog1p),
};
