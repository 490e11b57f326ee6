/** The larger of two numbers or bigints; NaN if either is NaN. */
export function larger(a: number, b: number): number {
  return a > b || Number.isNaN(a) ? a : b;
}

/** The smaller of two numbers or bigints; NaN if either is NaN. */
export function smaller(a: number, b: number): number {
  return a < b || Number.isNaN(a) ? a : b;
}
