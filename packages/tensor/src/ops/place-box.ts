import { apply } from '../graph/bind.js';
import type { Tensor } from '../tensor.js';
import { flip, sliceAxis } from './axes.js';
import { iota } from './create.js';
import { gatherPrimitives } from './gather.js';
import { concat, sliceBox, type SliceAttributes } from './slice.js';

type Side = 'starts' | 'sizes' | 'steps';

/** The box with other numbers on one axis. */
function onAxis(box: SliceAttributes, axis: number, values: Readonly<Record<Side, number>>): SliceAttributes {
  const replace = (side: Side): number[] => box[side].map((n, i) => (i === axis ? values[side] : n));
  return { starts: replace('starts'), sizes: replace('sizes'), steps: replace('steps') };
}

/** x with the elements that `sliceBox` reads replaced by those of `part`: axis by axis, cut and joined again. */
export function placeBox(x: Tensor, box: SliceAttributes, part: Tensor): Tensor {
  if (box.sizes.includes(0)) return x;
  const axis = x.shape.findIndex((length, i) => box.sizes[i] !== length || box.steps[i] !== 1);
  if (axis < 0) return part;
  const [start, size, step] = [box.starts[axis]!, box.sizes[axis]!, box.steps[axis]!];
  if (step < 0) {
    const turned = onAxis(box, axis, { starts: start + (size - 1) * step, sizes: size, steps: -step });
    return placeBox(x, turned, flip(part, axis));
  }
  const whole = { starts: x.shape.map(() => 0), sizes: x.shape, steps: x.shape.map(() => 1) };
  const rows = sliceBox(x, onAxis(whole, axis, { starts: start, sizes: size, steps: step }));
  const inner = placeBox(rows, onAxis(box, axis, { starts: 0, sizes: size, steps: 1 }), part);
  if (step !== 1 && size > 1) {
    const at = iota(size).mul(step).add(start);
    return apply(gatherPrimitives.scatterSet, [x, inner, at], { axis, uniqueIndices: true });
  }
  const pieces = [sliceAxis(x, axis, 0, start), inner, sliceAxis(x, axis, start + size, x.shape[axis]!)];
  return concat(
    pieces.filter(({ shape }) => shape[axis] !== 0),
    axis,
  );
}
