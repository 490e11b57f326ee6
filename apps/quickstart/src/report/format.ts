const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `60,000` */
export function count(value: number): string {
  return grouped.format(value);
}

/** `99.21%` */
export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)}%`;
}

/** `8.4 s`, `1 min 42 s` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `37.2 ms`, `1,204 ms` */
export function milliseconds(value: number): string {
  return `${value < 100 ? value.toFixed(1) : count(value)} ms`;
}

/** `3.8 × 10⁻⁶` */
export function scientific(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const [mantissa = '', exponent = ''] = value.toExponential(1).split('e');
  return `${mantissa} × 10${Array.from(String(Number(exponent)), (digit) => superscripts[digit]!).join('')}`;
}

const superscripts: Readonly<Record<string, string>> = {
  '-': '⁻',
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
};

/** `912 kB`, `1.8 MB` */
export function bytes(size: number): string {
  return size < 1e6 ? `${count(Math.max(1, size / 1e3))} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
