import { checkpoint, nn, split, type Tensor } from '@tesserajs/tensor';
import type { TransformerNetwork } from '../../networks/transformer.js';
import { ListedNetwork } from './network.js';

/** Parameters of one block. */
const blockLength = 12;

export class Transformer extends ListedNetwork {
  readonly blocks: number;
  readonly heads: number;
  readonly checkpoint: boolean;

  constructor(network: TransformerNetwork, parameters: readonly Tensor[]) {
    super(parameters, network.inputShape);
    this.blocks = network.blocks;
    this.heads = network.heads;
    this.checkpoint = network.checkpoint ?? false;
  }

  override call(tokens: Tensor): Tensor {
    const next = this.reader();
    const run = (x: Tensor, parameters: readonly Tensor[]): Tensor => runBlock(x, parameters, this.heads);
    const block = this.checkpoint ? checkpoint(run) : run;
    let x = nn.embedding(tokens, next()).add(next()); // [batch, time, width]
    for (let i = 0; i < this.blocks; i++) x = block(x, Array.from({ length: blockLength }, next));
    return nn.layerNorm(x, { scale: next(), offset: next() }).matmul(next()); // [batch, time, vocabulary]
  }
}

/** x: [batch, time, width] → the same shape */
function runBlock(x: Tensor, parameters: readonly Tensor[], heads: number): Tensor {
  const values = parameters.values();
  const next = (): Tensor => values.next().value as Tensor;
  const dense = (y: Tensor): Tensor => y.matmul(next()).add(next());
  const normalize = (y: Tensor): Tensor => nn.layerNorm(y, { scale: next(), offset: next() });
  const [batch, time, width] = x.shape as [number, number, number];
  const toHeads = (part: Tensor): Tensor => part.reshape([batch, time, heads, width / heads]);
  const [query, key, value] = split(dense(normalize(x)), 3, -1).map(toHeads) as [Tensor, Tensor, Tensor];
  const attended = nn.attention(query, key, value, { causal: true }); // [batch, time, heads, width / heads]
  const y = x.add(dense(attended.reshape([batch, time, width])));
  return y.add(dense(nn.gelu(dense(normalize(y)))));
}
