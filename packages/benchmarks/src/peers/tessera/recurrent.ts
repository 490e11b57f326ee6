import { nn, scan, split, type Tensor, zeros } from '@tesserajs/tensor';
import type { RecurrentNetwork } from '../../networks/recurrent.js';
import { ListedNetwork } from './network.js';

export class Recurrent extends ListedNetwork {
  readonly layers: number;

  constructor(network: RecurrentNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.layers = network.layers;
  }

  override call(x: Tensor): Tensor {
    const next = this.reader();
    let sequence = x.transpose([1, 0, 2]); // [time, batch, features]
    for (let layer = 0; layer < this.layers; layer++) sequence = lstm(sequence, next(), next(), next());
    return sequence.at(-1).matmul(next()).add(next()); // [batch, classes]
  }
}

/** x: [time, batch, features] → [time, batch, units] */
function lstm(x: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor): Tensor {
  const units = recurrent.shape[0] as number;
  const inputs = x.matmul(kernel).add(bias); // [time, batch, 4 * units]
  const start = zeros([x.shape[1] as number, units]);
  const [, outputs] = scan(
    ([hidden, cell]: readonly [Tensor, Tensor], z: Tensor) => {
      const gates = split(z.add(hidden.matmul(recurrent)), 4, -1);
      const [input, forget, candidate, output] = gates as [Tensor, Tensor, Tensor, Tensor];
      const nextCell = nn
        .sigmoid(forget)
        .mul(cell)
        .add(nn.sigmoid(input).mul(nn.tanh(candidate)));
      const nextHidden = nn.sigmoid(output).mul(nn.tanh(nextCell));
      return [[nextHidden, nextCell] as const, nextHidden];
    },
    [start, start] as const,
    inputs,
  );
  return outputs;
}
