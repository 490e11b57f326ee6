import { concat, nn, type Tensor } from '@tesserajs/tensor';
import type { UNetwork } from '../../networks/unet.js';
import { ListedNetwork } from './network.js';

export class UNet extends ListedNetwork {
  readonly levels: number;

  constructor(network: UNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.levels = network.widths.length;
  }

  override call(images: Tensor): Tensor {
    const next = this.reader();
    const convolve = (x: Tensor): Tensor => nn.relu(nn.conv(x, next(), { padding: 'same' }).add(next()));
    const skips: Tensor[] = [];
    let x = convolve(convolve(images)); // [batch, height, width, channels]
    for (let level = 1; level < this.levels; level++) {
      skips.push(x);
      x = convolve(convolve(nn.maxPool(x, 2)));
    }
    for (const skip of skips.reverse()) {
      const upsampled = nn.convTranspose(x, next(), { strides: 2 }).add(next());
      x = convolve(convolve(concat([skip, upsampled], -1)));
    }
    return nn.conv(x, next()).add(next()); // [batch, height, width, classes]
  }
}
