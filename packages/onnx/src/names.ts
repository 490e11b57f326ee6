import { ModelBuildError } from './errors.js';

/**
 * Names of one model, unique over the main graph and all sub-graphs.
 * A value is referred to by its handle. Nearly every handle is also the final name; one that was made up
 * gives way when an input or output of the model claims its name.
 */
export class NameTable {
  readonly #handles = new Set<string>();
  readonly #counters = new Map<string, number>();
  readonly #claimed = new Set<string>();
  readonly #claimedNames = new Map<string, string>();
  readonly #displaced = new Map<string, string>();

  /** A new handle: `base` itself, or with the first free number: `Add`, `Add_1`, `Add_2`. */
  unique(base: string): string {
    let name = base;
    let counter = this.#counters.get(base) ?? 0;
    while (this.#handles.has(name) || this.#claimed.has(name)) name = `${base}_${++counter}`;
    this.#counters.set(base, counter);
    this.#handles.add(name);
    return name;
  }

  /** A new handle whose final name is exactly `name`; throws when another input or output has it. */
  claim(what: string, name: string): string {
    const handle = this.#handles.has(name) ? this.unique(name) : name;
    this.rename(what, handle, name);
    this.#handles.add(handle);
    return handle;
  }

  /** Makes `name` the final name of `handle`; throws when another input or output has it. */
  rename(what: string, handle: string, name: string): void {
    if (name === '') throw new ModelBuildError(`${what}: the name is empty; an empty name means an absent value`);
    if (this.#claimed.has(name)) {
      throw new ModelBuildError(`${what} ${name}: the model already has an input or output of that name`);
    }
    this.#claimed.add(name);
    if (handle === name) return;
    this.#claimedNames.set(handle, name);
    const held = this.#handles.has(name) && !this.#claimedNames.has(name) && !this.#displaced.has(name);
    if (held) this.#displaced.set(name, this.unique(name));
  }

  /** True when some handle's final name differs from it. */
  get hasRenames(): boolean {
    return this.#claimedNames.size > 0;
  }

  /** The final name of a handle. */
  finalName(handle: string): string {
    const claimed = this.#claimedNames.get(handle);
    if (claimed !== undefined) return claimed;
    const next = this.#displaced.get(handle);
    return next === undefined ? handle : this.finalName(next);
  }
}
