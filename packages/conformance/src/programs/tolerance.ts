import { evaluate, isFloat, tensor, type HostArray, type Tensor } from '@tesserajs/tensor';
import { Generator } from '../generator.js';
import { epsilon, toNumbers } from '../values.js';
import { runProgram, type Observer, type Program } from './program.js';

/** How far off one operation may be: 8 units in the last place times the square root of the terms added up. */
const ulps = 8;
/** Programs with other rounding errors, of which the worst tells what is allowed. */
const samples = 4;

/** Moves every float result by up to what one operation may be off. */
function perturb(random: Generator): Observer {
  return (x, { length, scale }) => {
    if (!isFloat(x.dtype) || x.size === 0) return x;
    const step = ulps * Math.sqrt(length) * epsilon(x.dtype);
    const noise = tensor(
      Float64Array.from({ length: x.size }, () => (random.next() * 2 - 1) * step),
      { shape: x.shape },
    );
    // Sums may cancel: their error is that of the largest element.
    const terms = scale ?? (length > 1 ? x.abs().max() : x);
    return x.add(noise.cast(x.dtype).mul(terms));
  };
}

/** Largest differences from a program's outputs that rounding explains, one for each output; 0 where it must be exact. */
export async function allowedDifferences(
  program: Program,
  inputs: readonly Tensor[],
  expected: readonly HostArray[],
): Promise<number[]> {
  const random = new Generator(program.seed + 1);
  const allowed = expected.map(() => 0);
  /** Outputs of which every run lost elements. */
  const lost = new Set<number>();
  for (let i = 0; i < samples; i++) {
    const outputs = runProgram(program, inputs, perturb(random));
    await evaluate(...outputs);
    for (const [k, output] of outputs.entries()) {
      if (!isFloat(output.dtype)) continue;
      const moved = toNumbers(await output.data());
      const wanted = toNumbers(expected[k]!);
      const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      // A value at the edge of a domain, such as 0 under a root, may have moved out of it: then the run tells nothing.
      const differences = moved.map((x, j) => Math.abs(x - wanted[j]!)).filter((_, j) => Number.isFinite(wanted[j]));
      if (!differences.every(Number.isFinite)) {
        if (i === 0) lost.add(k);
        continue;
      }
      lost.delete(k);
      const difference = Math.max(0, ...differences);
      allowed[k] = Math.max(allowed[k]!, 2 * difference + ulps * epsilon(output.dtype) * largest);
    }
  }
  // Where rounding alone makes NaN in every run, no difference says anything.
  return allowed.map((difference, k) => (lost.has(k) ? Infinity : difference));
}

/** Says where `actual` differs from `expected` by more than `allowed`; an empty text when nowhere. */
export function findDifference(actual: HostArray, expected: HostArray, allowed: number): string {
  if (actual.length !== expected.length) return `${actual.length} elements instead of ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    if (!(Math.abs(Number(a) - Number(e)) <= allowed)) return `element ${i} is ${a}, not ${e} (allowed ${allowed})`;
  }
  return '';
}
