/** A bar at the foot of a terminal. */
export interface Bar {
  /** Shows a share of the whole (null: unknown) between two texts. */
  update(share: number | null, before: string, after: string): void;
  /** Leaves the bar as it is and goes to a new line. */
  stop(): void;
}

/** Where progress is shown. */
export interface Console {
  /** A bar, or null where there is no terminal. */
  openBar(): Bar | null;
  /** Writes one line. */
  writeLine(text: string): void;
  /** Lets the program handle events, such as signals, before going on. */
  yieldToEvents(): Promise<void>;
}

/** Files by path, written so that a file is either the old or the new one, never half of it. */
export interface Storage {
  /** The bytes of a file; throws where it cannot be read. */
  read(path: string): Promise<Uint8Array>;
  /** The bytes of a file; null where there is none. */
  find(path: string): Promise<Uint8Array | null>;
  /** Writes a file through a temporary one beside it; folders are made. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Adds bytes to the end of a file, which is made where it is missing. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  /** One path from parts. */
  join(...parts: string[]): string;
}
