import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { onnxruntime } from '@tesserajs/backend-onnxruntime';
import type { LabelledImages } from '@tesserajs/data';
import { referenceBackend, setBackend } from '@tesserajs/tensor';
import type { Options } from './command-line/options.js';
import { resumeCommand } from './command-line/resume-command.js';
import { newSettings, resumedSettings, type BackendName, type Settings } from './command-line/settings.js';
import { loadImages, type Images } from './data/images.js';
import { InterruptedError, QuickstartError } from './errors.js';
import { createNetwork, type Network } from './network/network.js';
import { outputFiles, prepareOutput } from './output/output-directory.js';
import { count } from './report/format.js';
import { readCheckpoint, type Checkpoint } from './training/checkpoint.js';
import { Interruption } from './training/interruption.js';
import { train } from './training/train.js';

/** Trains, tests, saves, checks and reports, as the command line asks. Rejects with what ends the program. */
export async function run(options: Options): Promise<void> {
  const files = outputFiles(options.out);
  const interruption = new Interruption(() => (existsSync(files.checkpoint) ? howToGoOn(files.directory) : ''));
  const resumed = options.resume ? await checkpointToResume(files.checkpoint) : null;
  const settings = resumed === null ? newSettings(options.given) : settingsOf(resumed, options.given);
  const images = await loadImages(settings);
  await prepareOutput(files);
  useBackend(settings.backend);
  const network = createNetwork({ classes: images.classNames.length, seed: settings.seed });

  for (const line of introduction(images, settings, network)) say(line);
  if (resumed !== null) say(`Going on with ${place(resumed.state.position)}.`);
  else if (existsSync(files.checkpoint)) {
    say(`Starting anew; the training that was interrupted here goes on with ${resumeCommand(files.directory)}`);
  }

  const result = await interruption.gently(() =>
    train(network, { settings, images, checkpointFile: files.checkpoint, resumed, signal: interruption.signal }),
  );
  if (result.interrupted) {
    throw new InterruptedError(
      `Interrupted before ${place(result.position)}; what is learned so far is in ${files.checkpoint}\n` +
        howToGoOn(files.directory),
      interruption.exitCode,
    );
  }
  // The report's charts take a moment to load; training, and mistakes before it, do not have to wait for them.
  const { finish } = await import('./finish.js');
  await finish({ model: network.model, settings, images, files, record: result.record, say });
}

async function checkpointToResume(file: string): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(file);
  if (checkpoint === null) throw new QuickstartError(`--resume: no training was interrupted here: there is no ${file}`);
  return checkpoint;
}

function settingsOf({ settings, state }: Checkpoint, given: Partial<Settings>): Settings {
  const { epoch, batch } = state.position;
  return resumedSettings(given, settings, batch === 0 ? epoch : epoch + 1);
}

function useBackend(name: BackendName): void {
  setBackend(name === 'onnxruntime' ? onnxruntime() : referenceBackend);
}

function introduction({ name, train, test }: Images, settings: Settings, { model }: Network): string[] {
  const { epochs, batchSize, seed, backend } = settings;
  const times = epochs === 1 ? '1 epoch' : `${count(epochs)} epochs`;
  const size = ({ labels }: LabelledImages): string => count(labels.data.length);
  return [
    `${name}: ${size(train)} images to train on, ${size(test)} others to test on`,
    `A network with ${count(model.countParams())} parameters, ${times}, ${batchSize} images a step, seed ${seed}`,
    backendText(backend),
  ];
}

function backendText(name: BackendName): string {
  return name === 'onnxruntime'
    ? `Backend onnxruntime, ${availableParallelism()} threads`
    : 'Backend reference, plain TypeScript: --backend onnxruntime is many times faster';
}

function howToGoOn(directory: string): string {
  return `To go on: ${resumeCommand(directory)}`;
}

/** Where a training stands, counted from 1. */
function place({ epoch, batch }: { readonly epoch: number; readonly batch: number }): string {
  return `epoch ${epoch + 1}, step ${batch + 1}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
