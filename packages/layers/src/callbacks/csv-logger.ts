import { ArgumentError } from '@tesserajs/tensor';
import { platformStorage } from '#storage';
import type { Callback, Logs } from '../training/callbacks.js';

/** Options of `csvLogger`. */
export interface CsvLoggerOptions {
  /** Between fields. Default `,`. */
  readonly separator?: string;
  /** Goes on with a file that is there: epochs from the present one on are replaced. Default false. */
  readonly append?: boolean;
}

/**
 * Writes the logs of each epoch as one line of a CSV file, with a header: `epoch`, then the names of the logs in
 * order. Node only. The file is whole after each epoch.
 *
 * @example
 * ```ts
 * const model = sequential([dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const logger = callbacks.csvLogger('training.csv');
 * await model.fit(ones([4, 2]), zeros([4, 1]), { epochs: 2, callbacks: logger, verbose: 0 });
 * ```
 */
export function csvLogger(file: string, { separator = ',', append = false }: CsvLoggerOptions = {}): Callback {
  let lines: string[] = [];
  let names: readonly string[] = [];
  const quoted = (text: string): string =>
    text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

  const begin = async (epoch: number, logs: Logs): Promise<void> => {
    names = Object.keys(logs).toSorted();
    lines = [['epoch', ...names].map(quoted).join(separator)];
    const old = append ? await platformStorage.find(file) : null;
    if (old === null) return;
    const [header, ...rows] = new TextDecoder().decode(old).split(/\r?\n/);
    if (header !== lines[0]) {
      throw new ArgumentError(
        `csvLogger: ${file} has the columns ${header}, this training ${lines[0]}; use another file, or append: false`,
      );
    }
    lines.push(...rows.filter((row) => row !== '' && Number.parseInt(row) < epoch));
  };
  return {
    onTrainBegin() {
      lines = [];
    },
    async onEpochEnd(epoch, logs) {
      if (lines.length === 0) await begin(epoch, logs);
      lines.push([epoch, ...names.map((name) => logs[name] ?? '')].join(separator));
      await platformStorage.write(file, new TextEncoder().encode(`${lines.join('\n')}\n`));
    },
  };
}
