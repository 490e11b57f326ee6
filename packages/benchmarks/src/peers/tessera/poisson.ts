import { grad, type Tensor } from '@tesserajs/tensor';
import type { PoissonNetwork } from '../../networks/poisson.js';
import { ListedNetwork } from './network.js';

/** Coordinate `axis` of points [batch, 2]: [batch, 1] */
function coordinate(points: Tensor, axis: number): Tensor {
  return points.slice(null, [axis, axis + 1]);
}

/** The product of both coordinates: [batch, 1] */
function product(points: Tensor): Tensor {
  return coordinate(points, 0).mul(coordinate(points, 1));
}

export class Poisson extends ListedNetwork {
  readonly layers: number;

  constructor(network: PoissonNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.layers = network.layers;
  }

  /** points: [batch, 2] → the residual at each, [batch, 1] */
  override call(points: Tensor): Tensor {
    const slope = grad((x: Tensor) => this.solution(x).sum()); // [batch, 2]
    const second = (axis: number): Tensor =>
      coordinate(grad((x: Tensor) => coordinate(slope(x), axis).sum())(points), axis);
    const source = product(points.mul(Math.PI).sin()).mul(2 * Math.PI ** 2);
    return second(0).add(second(1)).add(source);
  }

  /** points: [batch, 2] → the solution at each, [batch, 1] */
  private solution(points: Tensor): Tensor {
    const next = this.reader();
    const dense = (x: Tensor): Tensor => x.matmul(next()).add(next());
    let x = points;
    for (let i = 0; i < this.layers; i++) x = dense(x).tanh();
    return product(points.sub(points.square())).mul(dense(x));
  }
}
