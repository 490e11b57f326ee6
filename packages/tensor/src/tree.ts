export {
  flatten,
  sameDefinition,
  unflatten,
  type FlatTree,
  type FlattenOptions,
  type TreeDefinition,
} from './tree/flatten.js';
export { leaves, map, mapWithPath, paths } from './tree/tree.js';
