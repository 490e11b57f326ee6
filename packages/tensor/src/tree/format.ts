import { formatShape } from '../shapes.js';
import type { FlatTree, TreeDefinition } from './flatten.js';

/** A tree with dtypes and shapes in place of its tensors, e.g. `{ c: float32 [2,3], steps: int32 [] }`. */
export function formatTree({ leaves, definition }: Pick<FlatTree, 'leaves' | 'definition'>): string {
  let next = 0;
  const format = (part: TreeDefinition): string => {
    switch (part.kind) {
      case 'leaf':
      case 'number': {
        const leaf = leaves[next++]!;
        return typeof leaf === 'number' ? String(leaf) : `${leaf.dtype} ${formatShape(leaf.shape)}`;
      }
      case 'static':
        return typeof part.value === 'function' ? 'a function' : String(part.value);
      case 'alias':
        return 'a module that occurs before';
      case 'array':
        return `(${part.children.map(format).join(', ')})`;
      case 'object':
      case 'module': {
        const name = part.kind === 'module' ? `${part.prototype?.constructor.name ?? 'module'} ` : '';
        return `${name}{ ${part.keys.map((key, i) => `${key}: ${format(part.children[i]!)}`).join(', ')} }`;
      }
    }
  };
  return format(definition);
}
