import { linalg, moveAxis, quantile, where, zeros, zerosLike } from '@tesserajs/tensor';
import { optimizers } from '@tesserajs/layers';

/**
 * An optimizer as users write them: projects gradients to their top k singular parts, scales them by an average of the norm
 * of the top 2k, and keeps the share alpha of largest coordinates. `size` tells which dimension becomes the rows.
 */
export function lowRank(
  k: number,
  size: number,
  {
    alpha = 0.5,
    momentum = 0.9,
    beta = 0.9,
    ...options
  }: optimizers.OptimizerOptions & Partial<Record<'alpha' | 'momentum' | 'beta', number>> = {},
): optimizers.Optimizer {
  return optimizers.parameterwise(
    {
      name: 'lowRank',
      config: { k, size, alpha, momentum, beta },
      learningRate: 0.01,
      state: { norm: () => zeros([]), velocity: zerosLike },
      scalars: (_, step) => ({ correction: 1 - beta ** step }),
      update(w, g, { norm, velocity }, { learningRate, correction }) {
        const axis = Math.max(w.shape.indexOf(size), 0); // the dimension to keep
        const rows = moveAxis(g, axis, 0);
        const matrix = rows.reshape([rows.shape[0]!, -1]);
        const isWide = matrix.shape[0]! < matrix.shape[1]!;
        const tall = isWide ? matrix.transpose() : matrix;
        const { values, vectors } = linalg.eigh(tall.transpose().matmul(tall)); // squares of singular values, rising
        const top = (count: number) => [Math.max(0, values.size - count), values.size] as const;
        const right = vectors.slice(null, top(k));
        const projected = tall.matmul(right).matmul(right.transpose());
        const next = norm.mul(beta).add(
          values
            .slice(top(2 * k))
            .clip(0, Infinity)
            .sum()
            .sqrt()
            .mul(1 - beta),
        );
        const scaled = projected.div(next.div(correction!).add(1e-12));
        const sizes = scaled.abs();
        const sparse = where(sizes.greaterEqual(quantile(sizes, 1 - alpha)), scaled, 0);
        const back = (isWide ? sparse.transpose() : sparse).reshape(rows.shape);
        const v = velocity.mul(momentum).add(moveAxis(back, 0, axis));
        return [w.sub(v.mul(learningRate)), { norm: next, velocity: v }];
      },
    },
    options,
  );
}
