import { moduleBrand } from '@tesserajs/tensor';
import { isRecord, joinPath } from '../structure.js';
import type { AnyModule } from './module.js';

/** Where each module of a tree lies. */
export type ModulePaths = ReadonlyMap<AnyModule, string>;

/** True for modules, whatever copy of the package made them. */
function isModule(value: unknown): value is AnyModule {
  return typeof value === 'object' && value !== null && (value as { [moduleBrand]?: true })[moduleBrand] === true;
}

/** Visits each module of a tree once, parents first. `segment` names the place of an element of a list. */
function visitModules(
  root: AnyModule,
  segment: (list: readonly unknown[], index: number) => string,
  visitor: (module: AnyModule, path: string) => void,
): void {
  const seen = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    const at = (name: string): string => joinPath(path, name);
    if (isModule(value)) {
      visitor(value, path);
    } else if (Array.isArray(value)) {
      value.forEach((child: unknown, i) => {
        visit(child, at(segment(value, i)));
      });
      return;
    } else if (!isRecord(value)) return;
    seen.add(value);
    for (const [key, child] of Object.entries(value)) visit(child, at(key));
  };
  visit(root, '');
}

function uniqueName(list: readonly unknown[], index: number): string {
  const nameOf = (value: unknown): unknown => (isModule(value) && 'name' in value ? value.name : null);
  const name = nameOf(list[index]);
  const unique = typeof name === 'string' && list.every((other, i) => i === index || nameOf(other) !== name);
  return unique ? name : String(index);
}

/**
 * The paths that random keys depend on: field names, and in lists the modules' own names where they are unique
 * (`layers.dense_1`), so that inserting a layer moves no other. The root is ''.
 */
export function modulePaths(root: AnyModule): ModulePaths {
  const paths = new Map<AnyModule, string>();
  visitModules(root, uniqueName, (module, path) => paths.set(module, path));
  return paths;
}

/** The paths of modules as the paths of their tensors have them: `layers.1`. */
export function treePaths(root: AnyModule): ModulePaths {
  const paths = new Map<AnyModule, string>();
  visitModules(
    root,
    (_, index) => String(index),
    (module, path) => paths.set(module, path),
  );
  return paths;
}
