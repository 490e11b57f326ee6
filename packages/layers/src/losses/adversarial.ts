import { grad, nn, type Tensor } from '@tesserajs/tensor';

/**
 * Non-saturating loss of a generator: softplus(−logit), elementwise, of the discriminator's logits for its samples.
 * Source: Goodfellow et al. (2014).
 *
 * @example
 * ```ts
 * const loss = losses.ganGenerator(tensor([0])).mean(); // → 0.693147
 * ```
 */
export function ganGenerator(fakeLogits: Tensor): Tensor {
  return nn.softplus(fakeLogits.neg());
}

/**
 * Loss of a discriminator: softplus(−real) + softplus(fake), elementwise, of its logits for real and generated samples.
 * Source: Goodfellow et al. (2014).
 *
 * @example
 * ```ts
 * const loss = losses.ganDiscriminator(tensor([0]), tensor([0])).mean(); // → 1.386294
 * ```
 */
export function ganDiscriminator(realLogits: Tensor, fakeLogits: Tensor): Tensor {
  return nn.softplus(realLogits.neg()).add(nn.softplus(fakeLogits));
}

/**
 * R1 penalty: weight / 2 · |∇ₓ discriminator(x)|² of each real sample; add its mean to the discriminator's loss. real:
 * [batch, …] → [batch]. `discriminator` must treat examples apart from each other. Source: Mescheder et al. (2018).
 *
 * @example
 * ```ts
 * const discriminator = (x: Tensor) => x.square().sum(1);
 * const penalty = losses.r1Penalty(discriminator, tensor([[1, 2]]), { weight: 1 }); // → [10]
 * ```
 */
export function r1Penalty(
  discriminator: (x: Tensor) => Tensor,
  real: Tensor,
  { weight = 10 }: { readonly weight?: number } = {},
): Tensor {
  const slopes = grad((x: Tensor) => discriminator(x).sum())(real);
  return slopes
    .reshape([real.shape[0]!, -1])
    .square()
    .sum(1)
    .mul(weight / 2);
}
