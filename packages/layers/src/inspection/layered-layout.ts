/** A directed edge between nodes by number. */
export type Edge = readonly [from: number, to: number];

/** A place in rows of nodes. */
export interface Place {
  readonly row: number;
  /** Position within the row, from 0. */
  readonly column: number;
}

/** Nodes in rows, so that edges go downwards and cross little. */
export interface LayeredLayout {
  /** Per node. */
  readonly places: readonly Place[];
  /** Per edge: the places it goes through between its ends, one in each row. */
  readonly bends: readonly (readonly Place[])[];
  readonly rows: number;
  /** Length of the longest row. */
  readonly columns: number;
}

/** Passes down and up that put nodes near their neighbours; more changes little. */
const sweeps = 8;

/**
 * Rows by longest paths, order within rows by the mean place of neighbours. Edges must lead from smaller to greater
 * numbers. Source: Sugiyama, Tagawa, Toda, Methods for Visual Understanding of Hierarchical System Structures (1981).
 */
export function layeredLayout(nodes: number, edges: readonly Edge[]): LayeredLayout {
  const rowOf = Array<number>(nodes).fill(0);
  for (const [from, to] of [...edges].sort((a, b) => a[0] - b[0])) {
    rowOf[to] = Math.max(rowOf[to]!, rowOf[from]! + 1);
  }
  const rows: number[][] = Array.from({ length: Math.max(-1, ...rowOf) + 1 }, () => []);
  rowOf.forEach((row, node) => rows[row]!.push(node));
  // An edge over several rows holds a place in each, so that it passes beside the nodes.
  let vertices = nodes;
  const chains = edges.map(([from, to]) => {
    const between: number[] = [];
    for (let row = rowOf[from]! + 1; row < rowOf[to]!; row++) {
      rows[row]!.push(vertices);
      between.push(vertices++);
    }
    return [from, ...between, to];
  });
  const above: number[][] = Array.from({ length: vertices }, () => []);
  const below: number[][] = Array.from({ length: vertices }, () => []);
  for (const chain of chains) {
    for (let i = 1; i < chain.length; i++) {
      below[chain[i - 1]!]!.push(chain[i]!);
      above[chain[i]!]!.push(chain[i - 1]!);
    }
  }
  const columnOf = Array<number>(vertices).fill(0);
  const number = (row: readonly number[]): void => {
    row.forEach((vertex, column) => (columnOf[vertex] = column));
  };
  rows.forEach(number);
  const sort = (row: number[], neighbours: readonly (readonly number[])[]): void => {
    const mean = new Map(
      row.map((vertex) => {
        const near = neighbours[vertex]!;
        if (near.length === 0) return [vertex, columnOf[vertex]!] as const;
        return [vertex, near.reduce((sum, other) => sum + columnOf[other]!, 0) / near.length] as const;
      }),
    );
    row.sort((a, b) => mean.get(a)! - mean.get(b)!);
    number(row);
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const row of rows) sort(row, above);
    for (const row of [...rows].reverse()) sort(row, below);
  }
  for (const row of rows) sort(row, above);
  const place = (vertex: number, row: number): Place => ({ row, column: columnOf[vertex]! });
  return {
    places: rowOf.map((row, node) => place(node, row)),
    bends: chains.map((chain, i) => chain.slice(1, -1).map((vertex, k) => place(vertex, rowOf[edges[i]![0]]! + 1 + k))),
    rows: rows.length,
    columns: Math.max(0, ...rows.map(({ length }) => length)),
  };
}
