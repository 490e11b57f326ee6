/** Code that documentation shows. */
export interface Example {
  /** What a failing test says: where the example is. */
  readonly title: string;
  /** Where its imports are resolved from. */
  readonly directory: string;
  readonly code: string;
}
