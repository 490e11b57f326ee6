/** A step length along a direction, with the loss there, its gradient and its slope along the direction. */
export interface Point {
  readonly t: number;
  readonly f: number;
  readonly g: Float64Array;
  readonly slope: number;
}

/** Share of the slope at the start by which the loss must fall. */
const decrease = 1e-4;
/** Share of the slope at the start to which the slope must fall. */
const curvature = 0.9;
const mostSteps = 25;

/** Where the cubic through two points with their slopes is least, within bounds. */
function cubicMinimum(a: Point, b: Point, lowest = Math.min(a.t, b.t), highest = Math.max(a.t, b.t)): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = left.slope + right.slope - (3 * (left.f - right.f)) / (left.t - right.t);
  const square = d1 ** 2 - left.slope * right.slope;
  if (!(square >= 0)) return (lowest + highest) / 2;
  const d2 = Math.sqrt(square);
  const place = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return Math.min(Math.max(right.t - (right.t - left.t) * place, lowest), highest);
}

/**
 * A step that meets the strong Wolfe conditions, or the best one found in 25 evaluations. Source: Nocedal & Wright (2006),
 * algorithms 3.5 and 3.6, with the safeguards of PyTorch's LBFGS.
 */
export async function strongWolfe(
  evaluate: (t: number) => Promise<Point>,
  start: Point,
  first: number,
  smallest: number,
): Promise<Point> {
  const isTooHigh = ({ t, f }: Point): boolean => f > start.f + decrease * t * start.slope;
  const isFlat = ({ slope }: Point): boolean => Math.abs(slope) <= -curvature * start.slope;
  let [before, now] = [start, await evaluate(first)];
  let steps = 0;
  // Goes farther until a minimum lies between the last two points.
  for (; ; steps++) {
    if (steps === mostSteps) return now.f < start.f ? now : start;
    if (isTooHigh(now) || (steps > 1 && now.f >= before.f)) break;
    if (isFlat(now)) return now;
    if (now.slope >= 0) break;
    const next = cubicMinimum(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
    [before, now] = [now, await evaluate(next)];
  }
  let [low, high] = before.f <= now.f ? [before, now] : [now, before];
  let wasNearEdge = false;
  for (; steps < mostSteps && Math.abs(high.t - low.t) >= smallest; steps++) {
    const [least, most] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    let t = cubicMinimum(low, high);
    const edge = 0.1 * (most - least);
    if (Math.min(most - t, t - least) >= edge) wasNearEdge = false;
    else if (wasNearEdge || t >= most || t <= least) {
      t = Math.abs(t - most) < Math.abs(t - least) ? most - edge : least + edge;
      wasNearEdge = false;
    } else wasNearEdge = true;
    const point = await evaluate(t);
    if (isTooHigh(point) || point.f >= low.f) {
      high = point;
      if (high.f < low.f) [low, high] = [high, low];
      continue;
    }
    if (isFlat(point)) return point;
    if (point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
  }
  return low;
}
