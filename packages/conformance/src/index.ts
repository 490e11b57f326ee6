/**
 * What every backend has to agree with: random programs over all primitives, and how far rounding may take them.
 * @packageDocumentation
 */
export { nonFiniteCases } from './non-finite.js';
export { ProgramGenerator } from './programs/generate.js';
export { printProgram, runProgram, type Program } from './programs/program.js';
export { allowedDifferences, findDifference } from './programs/tolerance.js';
export type { Template } from './programs/templates.js';
export { toTensor, type Value } from './values.js';
