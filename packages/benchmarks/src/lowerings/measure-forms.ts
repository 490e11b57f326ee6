import type { Runnable } from './form.js';
import type { Piece, Row } from './piece.js';

const rounds = 40;
const sampleMilliseconds = 4;
/** A slow form takes fewer turns. */
const longest = 2500;

/** Throws when two forms give different results. */
function compare(
  title: string,
  expected: readonly ArrayLike<number>[],
  actual: readonly ArrayLike<number>[],
  tolerance: number,
): void {
  for (const [output, wanted] of expected.entries()) {
    const given = actual[output]!;
    let [difference, scale] = [0, 1e-6];
    for (let i = 0; i < wanted.length; i++) {
      difference = Math.max(difference, Math.abs(wanted[i]! - given[i]!));
      scale = Math.max(scale, Math.abs(wanted[i]!));
    }
    if (wanted.length === given.length && difference <= tolerance * scale) continue;
    throw new Error(
      `${title}: output ${output} has ${given.length} elements instead of ${wanted.length}, or differs by ${difference} where the largest is ${scale}`,
    );
  }
}

/** Milliseconds per run, of as many runs as take `sampleMilliseconds`. */
async function sample(runnable: Runnable): Promise<number> {
  const start = performance.now();
  let runs = 0;
  let elapsed: number;
  do {
    await runnable.run();
    runs++;
    elapsed = performance.now() - start;
  } while (elapsed < sampleMilliseconds);
  return elapsed / runs;
}

/** The least milliseconds of each form over rounds in which they take turns, after a check that they compute the same. */
export async function measureRow(piece: Piece, row: Row, threads: number): Promise<ReadonlyMap<string, number>> {
  const forms: { name: string; runnable: Runnable; least: number; spent: number }[] = [];
  for (const [name, form] of Object.entries(row.forms)) {
    forms.push({ name, runnable: await form(row.inputs, threads), least: Infinity, spent: 0 });
  }
  const { tolerance = 1e-4 } = piece;
  if (tolerance !== null) {
    const expected = await forms[0]!.runnable.results();
    for (const { name, runnable } of forms.slice(1)) {
      compare(`${piece.name}, ${row.name}: ${name}`, expected, await runnable.results(), tolerance);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const form of forms) {
      if (form.spent > longest) continue;
      const start = performance.now();
      form.least = Math.min(form.least, await sample(form.runnable));
      form.spent += performance.now() - start;
    }
  }
  for (const { runnable } of forms) await runnable.release();
  return new Map(forms.map(({ name, least }) => [name, least]));
}
