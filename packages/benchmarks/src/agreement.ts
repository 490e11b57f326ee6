/** Largest relative difference at which two libraries count as having computed the same. */
export const tolerance = 1e-3;

/** How closely a peer's first steps equal another's. */
export interface Agreement {
  readonly against: string;
  readonly steps: number;
  /** Null when the values cannot be compared: there are none, their number differs, or one is not a number. */
  readonly maxRelativeDifference: number | null;
  readonly agrees: boolean;
}

/**
 * Compares the values of the first steps that both sides ran. Within a step the difference is relative to the largest
 * value of the reference: for a loss that is the plain relative difference, for logits it does not blow up near zero.
 */
export function compareSteps(
  against: string,
  reference: readonly (readonly number[])[],
  values: readonly (readonly number[])[],
): Agreement {
  const steps = Math.min(reference.length, values.length);
  let worst = steps === 0 ? Infinity : 0;
  for (let step = 0; step < steps; step++) {
    worst = Math.max(worst, difference(reference[step] as readonly number[], values[step] as readonly number[]));
  }
  return { against, steps, maxRelativeDifference: Number.isFinite(worst) ? worst : null, agrees: worst <= tolerance };
}

function difference(reference: readonly number[], values: readonly number[]): number {
  if (reference.length === 0 || reference.length !== values.length) return Infinity;
  let scale = 0;
  let distance = 0;
  for (const [index, expected] of reference.entries()) {
    scale = Math.max(scale, Math.abs(expected));
    distance = Math.max(distance, Math.abs(expected - (values[index] as number)));
  }
  const relative = distance === 0 ? 0 : distance / scale;
  return Number.isNaN(relative) ? Infinity : relative;
}
