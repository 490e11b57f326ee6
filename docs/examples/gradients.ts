import { grad, tensor, type Tensor } from '@tesserajs/tensor';

const energy = (x: Tensor) => x.square().mul(0.5).sum();
const force = grad(energy);

console.log(await force(tensor([1, 2, 3])).array()); // [1, 2, 3]
