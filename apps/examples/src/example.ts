/** `smoke`: seconds, to see that it runs; `laptop`: minutes, for a figure that counts; `long`: all it can give. */
export const sizes = ['smoke', 'laptop', 'long'] as const;

export type Size = (typeof sizes)[number];

/** What every example takes. */
export interface Settings {
  readonly size: Size;
  readonly seed: number;
  /** Directory of the data set; `null` for the default place. */
  readonly data: string | null;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

/** What an example measured, by name. */
export type Figures = Readonly<Record<string, number | string | readonly number[]>>;

/** A program that trains or inspects something, and measures it. */
export interface Example {
  run(settings: Settings): Promise<Figures>;
  /** The figures that matter, in a few words for a table. */
  headline(figures: Figures): string;
}

/** A mistake in the command line, or data that is missing: one line tells it all. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
