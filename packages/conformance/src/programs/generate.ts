import { evaluate, isFloat, primitives, sizeOf, type Tensor, type TensorType } from '@tesserajs/tensor';
import { Generator } from '../generator.js';
import { toNumbers, toTensor, type Value } from '../values.js';
import { runStep, type FitStep, type PrimitiveStep, type Program, type Step } from './program.js';
import { coverageKey, readTemplates, type Template } from './templates.js';

/** Results of these are the operands' elements, or rounded once: they are equal wherever they are computed. */
const exactPrimitives: ReadonlySet<string> = new Set([
  ...['reshape', 'transpose', 'broadcastTo', 'slice', 'unslice', 'concat', 'takeAlongAxis', 'where', 'cast'],
  ...['neg', 'abs', 'maximum', 'minimum', 'max', 'min', 'relu', 'sign', 'floor', 'full', 'iota', 'maxPool'],
]);

/** Beyond this, numbers of a range differ too much in size for their rounding to say anything. */
const widestRange = 1e6;

/** True for an operand that may have any elements of its dtype or range: no index, key or number of bits. */
function isFree({ primitive, operands }: Template, position: number): boolean {
  const value = operands[position]!;
  if (value.dtype === 'key') return false;
  if (isFloat(value.dtype)) return value.values.every((x) => Math.abs(Number(x)) < widestRange);
  if (position === 0) return true;
  return primitives[primitive].elementwise === true && !primitive.startsWith('shift');
}

/** A value that a program has made so far. */
interface Made {
  readonly type: TensorType;
  readonly tensor: Tensor;
  /** Equal on every backend, bit for bit. */
  readonly exact: boolean;
}

/** Limits of an operand in a template, a little wider where all elements are equal. */
function rangeOf({ values }: Value): readonly [number, number] {
  const numbers = values.map(Number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low < high ? [low, high] : [low - 0.125, high + 0.125];
}

/**
 * Makes random programs: steps are applications of primitives that fixtures hold, on operands that earlier steps made,
 * brought into the shape and range that the fixture has. Every intermediate value is finite.
 */
export class ProgramGenerator {
  readonly #templates = readTemplates();
  readonly #hits = new Map<string, number>();

  /** Primitive and dtype pairs → how often a program used them. */
  get coverage(): ReadonlyMap<string, number> {
    return new Map([...this.#templates.keys()].map((key) => [key, this.#hits.get(key) ?? 0]));
  }

  /** The program with a number: always the same for the same numbers asked for before. Evaluates as it goes. */
  async generate(seed: number): Promise<Program> {
    const random = new Generator(seed);
    const inputs: Value[] = [];
    const inputTensors: Tensor[] = [];
    const made: Made[] = [];
    const steps: Step[] = [];
    // Inputs have negative numbers until all are known.
    const typeOf = (i: number): Made =>
      i < 0 ? { type: inputs[-1 - i]!, tensor: inputTensors[-1 - i]!, exact: true } : made[i]!;
    const addInput = (value: Value): number => {
      inputs.push(value);
      inputTensors.push(toTensor(value));
      return -inputs.length;
    };

    const operandFor = (template: Template, position: number): { index: number; fit: FitStep | null } => {
      const value = template.operands[position]!;
      const wantsExact = template.discontinuous || !isFloat(value.dtype);
      const fresh = template.structured || sizeOf(value.shape) === 0 || !isFree(template, position);
      const candidates = fresh ? [] : this.#candidates(made, value, wantsExact);
      if (candidates.length === 0 || random.chance(0.2)) return { index: addInput(value), fit: null };
      const index = random.chance(0.5) ? candidates[candidates.length - 1]! : random.pick(candidates);
      const type = { dtype: value.dtype, shape: value.shape };
      return { index, fit: { kind: 'fit', operand: index, type, range: wantsExact ? null : rangeOf(value) } };
    };

    const target = 3 + random.below(10);
    for (let attempt = 0; made.length < 2 * target && attempt < 3 * target; attempt++) {
      const template = this.#pickTemplate(random);
      const before = inputs.length;
      const planned: Step[] = [];
      const tensors: { made: Made }[] = [];
      const operands = template.operands.map((_, position) => {
        const { index, fit } = operandFor(template, position);
        if (fit === null) return index;
        const { tensor, exact } = typeOf(fit.operand);
        const [result] = runStep({ ...fit, operand: 0 }, [tensor]);
        planned.push(fit);
        tensors.push({ made: { type: fit.type, tensor: result!, exact: exact && fit.range === null } });
        return made.length + tensors.length - 1;
      });
      const operandOf = (i: number): Made => (i >= made.length ? tensors[i - made.length]!.made : typeOf(i));
      const step: PrimitiveStep = {
        kind: 'primitive',
        name: template.primitive,
        operands,
        attributes: template.attributes,
        length: template.length,
        resultCount: template.resultTypes.length,
      };
      const positions = operands.map((_, i) => i);
      const results = runStep(
        { ...step, operands: positions },
        operands.map((i) => operandOf(i).tensor),
      );
      const exact =
        operands.every((i) => operandOf(i).exact) &&
        (exactPrimitives.has(template.primitive) || results.every((x) => !isFloat(x.dtype)));
      if (!(await this.#isUsable(results))) {
        inputs.length = before;
        inputTensors.length = before;
        continue;
      }
      made.push(...tensors.map((one) => one.made), ...results.map((tensor) => ({ type: tensor, tensor, exact })));
      steps.push(...planned, step);
      const key = coverageKey(template.primitive, template.dtype);
      this.#hits.set(key, (this.#hits.get(key) ?? 0) + 1);
    }
    return finish(seed, inputs, steps, made);
  }

  /** Earlier values that can be fitted to `value`. */
  #candidates(made: readonly Made[], { dtype }: Value, exact: boolean): number[] {
    return [...made.keys()].filter((i) => {
      const { type, exact: isExact } = made[i]!;
      if (type.dtype === 'key' || sizeOf(type.shape) === 0) return false;
      if (exact) return isExact && type.dtype === dtype;
      return isFloat(type.dtype) || type.dtype === 'int32' || type.dtype === 'bool';
    });
  }

  /** Rarely used pairs of primitive and dtype first, so that few programs cover all. */
  #pickTemplate(random: Generator): Template {
    const keys = [...this.#templates.keys()];
    const [a, b] = [random.pick(keys), random.pick(keys)];
    const key = (this.#hits.get(a) ?? 0) <= (this.#hits.get(b) ?? 0) ? a : b;
    return random.pick(this.#templates.get(key)!);
  }

  /** False for results that are not finite, and for what a backend refuses to compute. */
  async #isUsable(results: readonly Tensor[]): Promise<boolean> {
    const readable = results.filter((x) => x.dtype !== 'key');
    try {
      await evaluate(...readable);
    } catch {
      return false;
    }
    const data = await Promise.all(readable.map((x) => x.data()));
    return data.every((values) => toNumbers(values).every((x) => Number.isFinite(x) && Math.abs(x) < 1e30));
  }
}

/** Numbers the values, inputs first, and makes outputs of those that no step uses. */
function finish(seed: number, inputs: readonly Value[], steps: readonly Step[], made: readonly Made[]): Program {
  const number = (i: number): number => (i < 0 ? -1 - i : inputs.length + i);
  const numbered = steps.map((step): Step =>
    step.kind === 'fit' ? { ...step, operand: number(step.operand) } : { ...step, operands: step.operands.map(number) },
  );
  const used = new Set(numbered.flatMap((step) => (step.kind === 'fit' ? [step.operand] : step.operands)));
  const dtypes = [...inputs, ...made.map(({ type }) => type)].map(({ dtype }) => dtype);
  const outputs = [...dtypes.keys()].filter((i) => dtypes[i] !== 'key' && !used.has(i));
  return { seed, inputs, steps: numbered, outputs };
}
