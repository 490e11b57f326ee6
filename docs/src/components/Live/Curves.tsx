import React, { type ReactNode } from 'react';
import styles from './styles.module.css';

const WIDTH = 400;
const HEIGHT = 100;

/** A short number for a legend. */
function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e5)) return value.toExponential(1);
  return value.toFixed(size >= 100 ? 0 : 3);
}

/** At most one point per pixel column, the last value always among them. */
function path(values: readonly number[], low: number, high: number): string {
  const stride = Math.max(1, Math.ceil(values.length / WIDTH));
  const last = values.length - 1;
  const points: string[] = [];
  for (let index = 0; ; index = Math.min(last, index + stride)) {
    const value = values[index] ?? 0;
    if (Number.isFinite(value)) {
      const x = last === 0 ? 0 : (index / last) * WIDTH;
      points.push(`${x.toFixed(1)} ${(HEIGHT - ((value - low) / (high - low)) * HEIGHT).toFixed(1)}`);
    }
    if (index >= last) break;
  }
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

/** The curves of `output.plot`, on one scale from zero. */
export default function Curves({ curves }: { curves: ReadonlyMap<string, readonly number[]> }): ReactNode {
  const all = [...curves.values()].flat().filter(Number.isFinite);
  const low = all.reduce((a, b) => Math.min(a, b), 0);
  const high = all.reduce((a, b) => Math.max(a, b), low + 1e-9);
  const latest = [...curves].map(([name, values]) => ({ name, value: values.at(-1) ?? 0 }));
  const steps = Math.max(0, ...[...curves.values()].map((values) => values.length));
  return (
    <figure className={styles.curves}>
      <figcaption className={styles.legend}>
        {latest.map(({ name, value }, index) => (
          <span key={name} data-curve={index % 3}>
            {name} <b>{short(value)}</b>
          </span>
        ))}
        {steps === 0 ? (
          <span className={styles.placeholder}>Curves</span>
        ) : (
          <span className={styles.steps}>{steps} steps</span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Curves after ${steps} steps: ${latest.map(({ name, value }) => `${name} ${short(value)}`).join(', ')}`}
      >
        {[...curves].map(([name, values], index) => (
          <path key={name} data-curve={index % 3} d={path(values, low, high)} />
        ))}
      </svg>
    </figure>
  );
}
