import { ArgumentError } from '@tesserajs/tensor';

/** Explains the two slips of the last layer's activation. */
export function activationCheck(
  name: string,
  fromLogits: boolean,
  wanted: 'softmax' | 'sigmoid' = 'softmax',
): (activation: string) => void {
  return (activation) => {
    if (activation === wanted && fromLogits) {
      throw new ArgumentError(
        `${name}: the model ends with ${wanted}, but fromLogits is true; drop the activation, or fromLogits`,
      );
    }
    if (!fromLogits && (activation === 'linear' || activation === 'logSoftmax')) {
      throw new ArgumentError(
        `${name}: expects probabilities, but the model ends with activation '${activation}'; use ` +
          `losses.${name}({ fromLogits: true }), or activation: '${wanted}' in the last layer`,
      );
    }
  };
}
