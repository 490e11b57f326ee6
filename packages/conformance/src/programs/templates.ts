import { dtypes, isFloat, primitives, type DType, type PrimitiveName, type TensorType } from '@tesserajs/tensor';
import { readCases, type Case } from '../cases.js';
import type { Value } from '../values.js';

/** An application of a primitive whose operands a program may replace by values of its own. */
export interface Template extends Case {
  /** The dtype by which coverage is counted: that of the first operand, or of the result. */
  readonly dtype: DType;
  readonly resultTypes: readonly TensorType[];
  /** A small change of an operand may change a result at once: comparisons, rounding, positions. */
  readonly discontinuous: boolean;
  /** Operands must have more structure than a range of values: they are taken as they are. */
  readonly structured: boolean;
}

/** Results jump where the element that wins changes. */
const selecting: ReadonlySet<string> = new Set(['maxPoolGrad', 'maxPoolTake']);

/** Operands are sorted, triangular, symmetric, definite, … */
const structuredNames: ReadonlySet<string> = new Set([
  'cholesky',
  'eigh',
  'svd',
  'qr',
  'lu',
  'triangularSolve',
  'solve',
  'cofactors',
  'lstsq',
  'searchSorted',
]);

function isFinite(value: Value): boolean {
  return value.values.every((x) => Number.isFinite(Number(x)));
}

function numbersFor(dtype: DType, { values }: Value): (number | bigint)[] {
  if (dtype === 'bool') return values.map((x) => (Number(x) === 0 ? 0 : 1));
  if (isFloat(dtype)) return values.map(Number);
  const limited = values.map((x) => Math.trunc(Math.min(120, Math.max(-120, Number(x)))));
  return dtype.startsWith('u') ? limited.map(Math.abs) : limited;
}

/** The case with another dtype in place of that of its first operand; null where the primitive does not take it. */
function withDType(one: Case, dtype: DType): Template | null {
  const own = one.operands[0]?.dtype;
  if (own !== dtype && (own === 'key' || dtype === 'key')) return null;
  const operands =
    own === undefined || own === dtype
      ? one.operands
      : one.operands.map((x) => (x.dtype === own ? { dtype, shape: x.shape, values: numbersFor(dtype, x) } : x));
  if (!operands.every(isFinite)) return null;
  const primitive = primitives[one.primitive];
  let resultTypes: readonly TensorType[];
  try {
    resultTypes = [primitive.shape(operands, one.attributes)].flat();
  } catch {
    return null;
  }
  if (own === undefined && resultTypes[0]!.dtype !== dtype) return null;
  const takesFloats = operands.some((x) => isFloat(x.dtype));
  return {
    ...one,
    operands,
    dtype,
    resultTypes,
    structured: structuredNames.has(one.primitive),
    discontinuous:
      takesFloats &&
      (typeof primitive.vjp !== 'function' ||
        selecting.has(one.primitive) ||
        resultTypes.some((type) => !isFloat(type.dtype))),
  };
}

/** Templates by primitive and dtype: `add float32` → every way in which fixtures apply it. */
export function readTemplates(): ReadonlyMap<string, readonly Template[]> {
  const templates = new Map<string, Template[]>();
  for (const one of readCases()) {
    // Programs replace operands, and a check would fail; what acts on the host computes nothing.
    if (primitives[one.primitive].effect === true) continue;
    for (const dtype of dtypes) {
      const template = withDType(one, dtype);
      if (template === null) continue;
      const key = coverageKey(one.primitive, dtype);
      const list = templates.get(key) ?? [];
      list.push(template);
      templates.set(key, list);
    }
  }
  return templates;
}

/** What coverage counts. */
export function coverageKey(primitive: PrimitiveName, dtype: DType): string {
  return `${primitive} ${dtype}`;
}
