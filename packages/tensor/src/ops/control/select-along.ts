import type { Tensor } from '../../tensor.js';
import { where } from '../elementwise/select.js';

/** yes[i] where condition[i] holds, else no[i]: condition [n], both others [n, …], of any dtype but random keys. */
export function selectAlong(condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  if (yes === no) return yes;
  const axes = new Array<number>(yes.rank - 1).fill(1);
  return where(condition.reshape([condition.shape[0]!, ...axes]), yes, no);
}
