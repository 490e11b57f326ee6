/** In which order operands are contracted: an operand's position, or two orders whose results meet. */
export type ContractionOrder = number | readonly [ContractionOrder, ContractionOrder];

type Indices = ReadonlySet<string>;

/** Up to this many operands all orders are compared: 3^n steps. */
const exhaustiveLimit = 8;

function volume(indices: Iterable<string>, sizes: ReadonlyMap<string, number>): number {
  let product = 1;
  for (const index of indices) product *= sizes.get(index)!;
  return product;
}

/** Fewest multiplications of all orders, by dynamic programming over sets of operands (as bits). */
function exhaustive(inputs: readonly Indices[], output: Indices, sizes: ReadonlyMap<string, number>): ContractionOrder {
  const all = 2 ** inputs.length - 1;
  const within = (set: number): Set<string> =>
    new Set(inputs.flatMap((input, i) => ((set >> i) & 1 ? [...input] : [])));
  const open = Array.from({ length: all + 1 }, (_, set) => {
    const outside = within(all & ~set);
    return new Set([...within(set)].filter((index) => output.has(index) || outside.has(index)));
  });
  const best: { cost: number; order: ContractionOrder }[] = [];
  for (let set = 1; set <= all; set++) {
    const single = inputs.findIndex((_, i) => set === 1 << i);
    if (single >= 0) {
      best[set] = { cost: 0, order: single };
      continue;
    }
    let chosen: { cost: number; order: ContractionOrder } = { cost: Infinity, order: -1 };
    for (let part = (set - 1) & set; part > set - part; part = (part - 1) & set) {
      const [a, b] = [best[part]!, best[set - part]!];
      const cost = a.cost + b.cost + volume(new Set([...open[part]!, ...open[set - part]!]), sizes);
      if (cost < chosen.cost) chosen = { cost, order: [b.order, a.order] };
    }
    best[set] = chosen;
  }
  return best[all]!.order;
}

interface Pair {
  /** Elements of the result less those of what it replaces. */
  readonly growth: number;
  /** Multiplications. */
  readonly work: number;
  readonly i: number;
  readonly j: number;
  readonly indices: ReadonlySet<string>;
}

/** Contracts again and again the pair with the lowest score; null takes the operands as they come. */
function stepwise(
  inputs: readonly Indices[],
  output: Indices,
  sizes: ReadonlyMap<string, number>,
  score: ((pair: Pair) => number) | null,
): { order: ContractionOrder; work: number } {
  let terms = inputs.map((indices, order): { indices: Indices; order: ContractionOrder } => ({ indices, order }));
  let work = 0;
  while (terms.length > 1) {
    const pairAt = (i: number, j: number): Pair => {
      const [a, b] = [terms[i]!.indices, terms[j]!.indices];
      const all = new Set([...a, ...b]);
      const others = terms.flatMap((term, at) => (at === i || at === j ? [] : [...term.indices]));
      const needed = new Set([...output, ...others]);
      const indices = new Set([...all].filter((index) => needed.has(index)));
      const growth = volume(indices, sizes) - volume(a, sizes) - volume(b, sizes);
      return { growth, work: volume(all, sizes), i, j, indices };
    };
    let chosen = pairAt(0, 1);
    if (score !== null) {
      for (let j = 2; j < terms.length; j++) {
        for (let i = 0; i < j; i++) {
          const pair = pairAt(i, j);
          if (score(pair) < score(chosen)) chosen = pair;
        }
      }
    }
    const { i, j, indices } = chosen;
    work += chosen.work;
    const merged = { indices, order: [terms[i]!.order, terms[j]!.order] as const };
    terms = [merged, ...terms.filter((_, at) => at !== i && at !== j)];
  }
  return { order: terms[0]!.order, work };
}

/** The best of three simple strategies, each of which is bad for some networks. */
function greedy(inputs: readonly Indices[], output: Indices, sizes: ReadonlyMap<string, number>): ContractionOrder {
  const scores = [({ growth }: Pair) => growth, ({ work }: Pair) => work, null];
  const found = scores.map((score) => stepwise(inputs, output, sizes, score));
  return found.reduce((best, other) => (other.work < best.work ? other : best)).order;
}

/** A good order in which to contract operands with the given indices: the best for few, greedy beyond. */
export function contractionOrder(
  inputs: readonly Indices[],
  output: Indices,
  sizes: ReadonlyMap<string, number>,
): ContractionOrder {
  return inputs.length <= exhaustiveLimit ? exhaustive(inputs, output, sizes) : greedy(inputs, output, sizes);
}
