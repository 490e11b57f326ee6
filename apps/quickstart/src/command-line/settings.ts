import { UsageError } from '../errors.js';

/** The backends that `--backend` names. */
export const backendNames = ['onnxruntime', 'reference'] as const;

export type BackendName = (typeof backendNames)[number];

/** What a training depends on: together with the images it decides every bit of the result. */
export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly backend: BackendName;
  /** Whether the images are those of Fashion-MNIST. */
  readonly fashion: boolean;
  /** Directory with the images; `null` for the default place. */
  readonly data: string | null;
}

export const defaultSettings: Settings = {
  epochs: 5,
  batchSize: 128,
  seed: 1,
  backend: 'onnxruntime',
  fashion: false,
  data: null,
};

/** The settings of a new training: those given, otherwise the defaults. */
export function newSettings(given: Partial<Settings>): Settings {
  return { ...defaultSettings, ...given };
}

/**
 * The settings of a resumed training, in which some epochs have begun: those it was started with, and `epochs` if
 * given. Throws a UsageError for fewer epochs, or another value of anything else: the result would be that of neither.
 */
export function resumedSettings(given: Partial<Settings>, saved: Settings, begun: number): Settings {
  for (const name of ['batchSize', 'seed', 'backend', 'fashion', 'data'] as const) {
    const value = given[name];
    if (value === undefined || value === saved[name]) continue;
    const start = optionText(name, saved[name]);
    const how = start === '' ? `without ${flags[name]}` : `with ${start}`;
    throw new UsageError(`${optionText(name, value)} contradicts --resume: this training was started ${how}`);
  }
  const { epochs = saved.epochs } = given;
  if (epochs < begun) {
    throw new UsageError(`--epochs ${epochs} contradicts --resume: ${begun} have begun`);
  }
  return { ...saved, epochs };
}

const flags: { readonly [Name in keyof Settings]: string } = {
  epochs: '--epochs',
  batchSize: '--batch-size',
  seed: '--seed',
  backend: '--backend',
  fashion: '--fashion',
  data: '--data',
};

function optionText(name: keyof Settings, value: Settings[keyof Settings]): string {
  if (value === null || value === false) return '';
  return value === true ? flags[name] : `${flags[name]} ${value}`;
}

/** Checks settings that were read from a file. */
export function isSettings(value: unknown): value is Settings {
  if (typeof value !== 'object' || value === null) return false;
  const { epochs, batchSize, seed, backend, fashion, data } = value as Partial<Record<keyof Settings, unknown>>;
  return (
    isWholeNumber(epochs, 1) &&
    isWholeNumber(batchSize, 1) &&
    isWholeNumber(seed, 0) &&
    backendNames.some((name) => name === backend) &&
    typeof fashion === 'boolean' &&
    (data === null || typeof data === 'string')
  );
}

function isWholeNumber(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
