import { readFile } from 'node:fs/promises';
import { loadTrainingState, saveTrainingState, type TrainingState } from '@tesserajs/layers';
import { tensor } from '@tesserajs/tensor';
import { isSettings, type Settings } from '../command-line/settings.js';
import { errorCode, fileFailure, firstLine, QuickstartError } from '../errors.js';
import { writeAtomically } from '../output/atomic-file.js';
import type { TrainingRecord } from './record.js';

/** All that going on with an interrupted training needs. */
export interface Checkpoint {
  readonly settings: Settings;
  readonly record: TrainingRecord;
  readonly state: TrainingState;
}

/** The record and the settings travel in the same file as the state, as JSON in bytes: all are of the same moment. */
const noteName = 'quickstart.note';

/** Writes a checkpoint atomically. */
export async function writeCheckpoint(file: string, { settings, record, state }: Checkpoint): Promise<void> {
  const note = tensor(new TextEncoder().encode(JSON.stringify({ settings, record })));
  await writeAtomically(file, await saveTrainingState({ ...state, tensors: { ...state.tensors, [noteName]: note } }));
}

/** Reads a checkpoint; `null` if there is none. Throws a QuickstartError naming file and cause. */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null;
    throw new QuickstartError(`cannot read ${file}: ${fileFailure(cause)}`, { cause });
  }
  try {
    const saved = loadTrainingState(bytes);
    const { [noteName]: note, ...tensors } = saved.tensors;
    if (note === undefined) throw new Error('it is not a checkpoint of the quickstart');
    const text = new TextDecoder().decode(await note.data());
    return { ...readNote(JSON.parse(text)), state: { ...saved, tensors } };
  } catch (cause) {
    throw new QuickstartError(`${file}: ${firstLine(cause)}; start anew without --resume`, { cause });
  }
}

function readNote(value: unknown): { settings: Settings; record: TrainingRecord } {
  const { settings, record } = value as Partial<Record<string, unknown>>;
  if (!isSettings(settings)) throw new Error('its settings are damaged');
  if (!isRecord(record)) throw new Error('its record of the training is damaged');
  return { settings, record };
}

function isRecord(value: unknown): value is TrainingRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { curve, epochs, stepMilliseconds, seconds } = value as Partial<Record<keyof TrainingRecord, unknown>>;
  return (
    isListOf(curve, ['epochs', 'loss', 'accuracy']) &&
    isListOf(epochs, ['loss', 'accuracy', 'testLoss', 'testAccuracy']) &&
    Array.isArray(stepMilliseconds) &&
    stepMilliseconds.every((time) => typeof time === 'number') &&
    typeof seconds === 'number'
  );
}

function isListOf(value: unknown, fields: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) =>
        typeof item === 'object' &&
        item !== null &&
        fields.every((field) => typeof (item as Record<string, unknown>)[field] === 'number'),
    )
  );
}
