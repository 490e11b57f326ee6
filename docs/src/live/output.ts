/** A marked place on a mosaic: `x` to the right and `y` upwards, both from -1 to 1. */
export interface Point {
  x: number;
  y: number;
  /** 0 or 1: which of the two colours. */
  label: number;
}

/** How an example shows things: every live example has it as the global `output`. */
export interface Output {
  /**
   * The centres of the tiles of a mosaic, as `[x, y]` from -1 to 1: row by row from the top, each from the left.
   * Feed them to a network and hand its answers to {@link Output.mosaic}.
   */
  grid(columns: number, rows?: number): [x: number, y: number][];

  /**
   * Draws one tile per value, row by row from the top: 0 is the first colour, 1 the second, 0.5 plain stone.
   * Call it again to redraw.
   */
  mosaic(values: ArrayLike<number>, options: { columns: number; points?: readonly Point[]; label?: string }): void;

  /** Adds one value to each named curve: `output.plot({ loss, accuracy })`. */
  plot(values: Record<string, number>): void;

  /** A canvas to draw on yourself; the same one on every call. */
  canvas(width: number, height: number, label?: string): OffscreenCanvasRenderingContext2D;
}
