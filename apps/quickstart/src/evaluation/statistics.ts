/** The value below which a share `q` of the values lies, interpolated; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
