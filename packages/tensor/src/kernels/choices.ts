/**
 * Two numbers of which a loop takes one by index, `choices[Number(condition)]`: V8 compiles that without a branch, which
 * random data would mispredict every other time. Kernels run one at a time, so that all share it.
 */
export const choices: Float64Array = new Float64Array(2);
