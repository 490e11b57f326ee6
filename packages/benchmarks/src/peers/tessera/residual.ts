import { Module, type Context } from '@tesserajs/layers';
import { nn, ones, type Tensor, zeros } from '@tesserajs/tensor';
import { type BasicBlock, basicBlocks, type ResidualNetwork } from '../../networks/residual.js';
import { ListedNetwork } from './network.js';

const momentum = 0.9;
const epsilon = 1e-3;

/** Batch normalization: owns the moving statistics, and is given scale and offset. */
class Normalization extends Module {
  static override readonly stateFields = ['mean', 'variance'];

  readonly mean: Tensor;
  readonly variance: Tensor;

  constructor(channels: number) {
    super();
    this.mean = zeros([channels]);
    this.variance = ones([channels]);
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  normalize(x: Tensor, scale: Tensor, offset: Tensor, ctx: Context): Tensor {
    const { mean, variance } = this;
    if (!ctx.training) return nn.batchNorm(x, { scale, offset, epsilon, mean, variance }).y;
    const batch = nn.batchNorm(x, { scale, offset, epsilon });
    const move = (old: Tensor, now: Tensor): Tensor => old.mul(momentum).add(now.mul(1 - momentum));
    ctx.update(this, { mean: move(mean, batch.mean), variance: move(variance, batch.variance) });
    return batch.y;
  }
}

export class Residual extends ListedNetwork {
  readonly blocks: readonly BasicBlock[];
  readonly normalizations: readonly Normalization[];

  constructor(network: ResidualNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.blocks = basicBlocks(network);
    const widths = [
      network.widths[0] as number,
      ...this.blocks.flatMap(({ outputs, stride }) => new Array<number>(stride === 1 ? 2 : 3).fill(outputs)),
    ];
    this.normalizations = widths.map((width) => new Normalization(width));
  }

  override call(images: Tensor, ctx: Context): Tensor {
    const next = this.reader();
    let index = 0;
    const normalize = (x: Tensor): Tensor =>
      (this.normalizations[index++] as Normalization).normalize(x, next(), next(), ctx);
    const convolve = (x: Tensor, strides: number, pad: number): Tensor =>
      normalize(
        nn.conv(x, next(), {
          strides,
          padding: [
            [pad, pad],
            [pad, pad],
          ],
        }),
      );
    let x = nn.relu(convolve(images, 1, 1)); // [batch, height, width, channels]
    for (const { stride } of this.blocks) {
      const inner = convolve(nn.relu(convolve(x, stride, 1)), 1, 1);
      x = nn.relu(inner.add(stride === 1 ? x : convolve(x, stride, 0)));
    }
    return x.mean([1, 2]).matmul(next()).add(next()); // [batch, classes]
  }
}
