import type { Context } from '@tesserajs/layers';
import { nn, split, type Tensor, valueAndGrad } from '@tesserajs/tensor';
import type { DiscriminatorNetwork } from '../../networks/discriminator.js';
import { ListedNetwork } from './network.js';

export class Discriminator extends ListedNetwork {
  readonly convolutions: number;
  readonly penalty: number;

  constructor(network: DiscriminatorNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.convolutions = network.widths.length;
    this.penalty = network.penalty;
  }

  override call(images: Tensor, ctx: Context): Tensor {
    if (!ctx.training) return this.logits(images);
    const score = (x: Tensor): [Tensor, Tensor] => {
      const logits = this.logits(x);
      const [fake, real] = split(logits, 2, -1) as [Tensor, Tensor];
      return [real.sub(fake).sum(), logits];
    };
    const [[, logits], slope] = valueAndGrad(score, { hasAux: true })(images);
    const batch = images.shape[0] as number;
    ctx.addLoss(
      slope
        .square()
        .sum()
        .mul(this.penalty / (2 * batch)),
    );
    return logits;
  }

  /** images: [batch, height, width, channels] → [batch, 2] */
  private logits(images: Tensor): Tensor {
    const next = this.reader();
    let x = images;
    for (let i = 0; i < this.convolutions; i++) {
      x = nn.silu(nn.conv(x, next(), { padding: 'same' }).add(next()));
      const [scale, offset] = [next(), next()];
      x =
        i % 2 === 0
          ? nn.maxPool(nn.batchNorm(x, { scale, offset, epsilon: 1e-3 }).y, 2)
          : nn.avgPool(nn.layerNorm(x, { scale, offset }), 2);
    }
    return x.mean([1, 2]).matmul(next()).add(next());
  }
}
