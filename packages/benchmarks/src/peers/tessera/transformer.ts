import { nn, split, type Tensor } from '@tesserajs/tensor';
import type { TransformerNetwork } from '../../networks/transformer.js';
import { ListedNetwork } from './network.js';

export class Transformer extends ListedNetwork {
  readonly blocks: number;
  readonly heads: number;

  constructor(network: TransformerNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.blocks = network.blocks;
    this.heads = network.heads;
  }

  override call(tokens: Tensor): Tensor {
    const next = this.reader();
    const dense = (x: Tensor): Tensor => x.matmul(next()).add(next());
    const normalize = (x: Tensor): Tensor => nn.layerNorm(x, { scale: next(), offset: next() });
    let x = nn.embedding(tokens, next()).add(next()); // [batch, time, width]
    const [batch, time, width] = x.shape as [number, number, number];
    const toHeads = (part: Tensor): Tensor => part.reshape([batch, time, this.heads, width / this.heads]);
    for (let block = 0; block < this.blocks; block++) {
      const [query, key, value] = split(dense(normalize(x)), 3, -1).map(toHeads) as [Tensor, Tensor, Tensor];
      const attended = nn.attention(query, key, value, { causal: true }); // [batch, time, heads, width / heads]
      x = x.add(dense(attended.reshape([batch, time, width])));
      x = x.add(dense(nn.gelu(dense(normalize(x)))));
    }
    return normalize(x).matmul(next()); // [batch, time, vocabulary]
  }
}
