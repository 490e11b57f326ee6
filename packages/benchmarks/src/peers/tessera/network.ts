import * as layers from '@tesserajs/layers';
import type { Tensor } from '@tesserajs/tensor';

/** A network whose parameters come from a list, in the order in which it uses them. */
export abstract class ListedNetwork extends layers.Model {
  constructor(
    readonly parameters: readonly Tensor[],
    inputShape: readonly number[],
  ) {
    super('network', { inputShape });
  }

  override get built(): boolean {
    return true;
  }

  /** Reads the parameters one after the other. */
  protected reader(): () => Tensor {
    let index = 0;
    return () => this.parameters[index++] as Tensor;
  }
}
