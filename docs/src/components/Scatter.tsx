import React, { type ReactNode } from 'react';

const COLUMNS = 26;
const ROWS = 13;
const PITCH = 30;

/** A fixed number from 0 to 1 for each place: the integer hash of its index. */
function chance(index: number): number {
  let hash = Math.imul(index + 7, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** Loose tiles, denser towards the upper right corner. */
export default function Scatter({ className }: { className: string | undefined }): ReactNode {
  const tiles: ReactNode[] = [];
  for (let index = 0; index < COLUMNS * ROWS; index++) {
    const column = index % COLUMNS;
    const row = Math.floor(index / COLUMNS);
    const density = (column / (COLUMNS - 1)) ** 2.2 * (1 - row / ROWS) ** 1.3;
    if (chance(index) > density * 1.15) continue;
    const pick = chance(index + 4001);
    const fill = pick < 0.55 ? 'var(--tile-stone)' : pick < 0.84 ? 'var(--tile-first)' : 'var(--tile-second)';
    const size = 26;
    tiles.push(
      <rect
        key={index}
        x={column * PITCH}
        y={row * PITCH}
        width={size}
        height={size}
        rx="4"
        fill={fill}
        opacity={0.35 + 0.65 * density}
      />,
    );
  }
  return (
    <svg className={className} viewBox={`0 0 ${COLUMNS * PITCH - 4} ${ROWS * PITCH - 4}`} aria-hidden="true">
      {tiles}
    </svg>
  );
}
