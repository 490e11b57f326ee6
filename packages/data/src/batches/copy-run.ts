/** Converts the stored elements `start` to `end` - 1 to the place `at` of an array that was chosen before. */
export type CopyRun = (start: number, end: number, at: number) => void;
