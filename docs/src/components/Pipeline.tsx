import React, { type ReactNode } from 'react';
import styles from './Pipeline.module.css';

const TILE = 15;
const PITCH = 18;

/** A little graph of tiles: `rows` of characters, a space for an empty place, 1 to 3 for the colours, · for stone. */
function Tiles({ x, y, rows }: { x: number; y: number; rows: readonly string[] }): ReactNode {
  const fills: Record<string, string> = {
    '·': 'var(--tile-stone)',
    '1': 'var(--tile-first)',
    '2': 'var(--tile-second)',
    '3': 'var(--curve-2)',
  };
  return rows.flatMap((row, down) =>
    [...row].map((kind, across) =>
      kind === ' ' ? null : (
        <rect
          key={`${down},${across}`}
          x={x + across * PITCH}
          y={y + down * PITCH}
          width={TILE}
          height={TILE}
          rx="2.5"
          fill={fills[kind]}
        />
      ),
    ),
  );
}

/** From a function over its graph to the three things a graph becomes. */
export default function Pipeline(): ReactNode {
  return (
    <figure className={styles.pipeline}>
      <svg
        viewBox="0 0 736 232"
        role="img"
        aria-label="A function becomes a graph; transforms and passes rewrite it; it runs on the reference backend or on ONNX Runtime, or is written as an ONNX file."
      >
        <defs>
          <marker
            id="pipeline-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M1 1l6 3-6 3" className={styles.line} />
          </marker>
        </defs>
        <g className={styles.line}>
          <path d="M148 116h40" markerEnd="url(#pipeline-arrow)" />
          <path d="M320 116h40" markerEnd="url(#pipeline-arrow)" />
          <path d="M492 116h20q12 0 12-12V48q0-12 12-12h8" markerEnd="url(#pipeline-arrow)" />
          <path d="M492 116h52" markerEnd="url(#pipeline-arrow)" />
          <path d="M492 116h20q12 0 12 12v56q0 12 12 12h8" markerEnd="url(#pipeline-arrow)" />
        </g>
        <g className={styles.box}>
          <rect x="1" y="52" width="146" height="128" rx="10" />
          <rect x="192" y="52" width="128" height="128" rx="10" />
          <rect x="364" y="52" width="128" height="128" rx="10" />
          <rect x="548" y="8" width="187" height="56" rx="10" />
          <rect x="548" y="88" width="187" height="56" rx="10" />
          <rect x="548" y="168" width="187" height="56" rx="10" />
        </g>
        <g className={styles.code}>
          <text x="17" y="86">
            x.matmul(w)
          </text>
          <text x="17" y="106">
            .sub(y)
          </text>
          <text x="17" y="126">
            .square()
          </text>
        </g>
        <Tiles x={212} y={72} rows={['1 · 2', '·1·2·', ' ·1· ']} />
        <Tiles x={393} y={72} rows={['1·2 ', '·12 ', ' 1  ']} />
        <Tiles x={564} y={28} rows={['1']} />
        <Tiles x={564} y={108} rows={['2']} />
        <Tiles x={564} y={188} rows={['3']} />
        <g className={styles.label}>
          <text x="17" y="164">
            your function
          </text>
          <text x="208" y="164">
            graph
          </text>
          <text x="380" y="164">
            transforms
          </text>
          <text x="590" y="41">
            reference
          </text>
          <text x="590" y="121">
            ONNX Runtime
          </text>
          <text x="590" y="201">
            ONNX file
          </text>
        </g>
      </svg>
    </figure>
  );
}
