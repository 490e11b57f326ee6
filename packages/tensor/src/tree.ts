export {
  flatten,
  sameDefinition,
  unflatten,
  type FlatTree,
  type FlattenOptions,
  type TreeDefinition,
} from './tree/flatten.js';
export { combine, leaves, map, mapWithPath, partition, paths } from './tree/tree.js';
