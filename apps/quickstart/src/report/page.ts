import { agrees, logitTolerance, type Agreement } from '../evaluation/onnx-check.js';
import { accuracy } from '../evaluation/predictions.js';
import { confusionSection } from './confusion.js';
import { count, duration, milliseconds, percent, scientific } from './format.js';
import { html, type Html } from './html.js';
import { accuracyChart, lossChart } from './learning-curves.js';
import { mistakesSection } from './mistakes.js';
import { mosaic } from './mosaic.js';
import { networkSection, parameterCount } from './network-section.js';
import type { ReportData } from './report-data.js';
import { stepSection } from './step-section.js';
import { styles } from './styles.js';
import { usageSection } from './usage-section.js';

/** The report: one HTML page that loads nothing and needs no script. */
export function reportPage(data: ReportData): string {
  const { images, predictions } = data;
  const right = Math.round(accuracy(predictions) * predictions.labels.length);
  const title = `${count(right)} of ${count(predictions.labels.length)} ${images.subjects} recognized`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Tessera quickstart</title>
        <style>
          ${styles()}
        </style>
      </head>
      <body>
        <header>
          <div class="brand">${logo}<span>Tessera quickstart</span></div>
          <h1>${title}</h1>
          <p class="lead">${lead(data)}</p>
          ${facts(data)} ${mosaic(predictions)}
        </header>
        <main>
          ${section('Learning curves', curves(data))}
          ${section('What was taken for what', confusionSection(predictions, images.classNames))}
          ${section('The worst mistakes', mistakesSection(predictions, images))}
          ${section('The network', networkSection(data.layers))} ${section('Time of a step', stepSection(data))}
          ${section('The same answers from the ONNX file', agreementText(data.agreement))}
          ${section('The files, and how to open them', usageSection(data))}
          ${section('Settings and versions', settingsTables(data))}
        </main>
        <footer>
          Written by Tessera’s quickstart on ${data.date.toISOString().slice(0, 16).replace('T', ' ')} UTC.
        </footer>
      </body>
    </html> `.text;
}

const logo = html`<svg viewBox="0 0 31 31" aria-hidden="true">
  <path class="first" d="M0 0h9v9H0zM11 0h9v9h-9zM11 11h9v9h-9zM11 22h9v9h-9z" />
  <path class="second" d="M22 0h9v9h-9z" />
</svg>`;

function section(title: string, content: Html): Html {
  return html`<section>
    <h2>${title}</h2>
    ${content}
  </section> `;
}

function lead({ images, layers, result, machine }: ReportData): Html {
  return html`A convolutional network with ${count(parameterCount(layers))} parameters, trained in
  ${duration(result.trainSeconds)} on the ${count(images.trainCount)} training images of ${images.name}, on ${machine}.
  It had seen none of the images that it was tested on.`;
}

function facts({ result, settings }: ReportData): Html {
  const imagesPerSecond = (1000 * settings.batchSize) / result.stepMilliseconds;
  const list: [string, string][] = [
    ['test accuracy', percent(result.testAccuracy)],
    ['training', duration(result.trainSeconds)],
    ['step, median', milliseconds(result.stepMilliseconds)],
    ['images per second', count(imagesPerSecond)],
    ['final loss', result.finalLoss.toPrecision(4)],
  ];
  return html`<dl class="facts">
    ${list.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function curves({ record, images }: ReportData): Html {
  const legend = html`<figcaption>
    <span class="key training">training</span
    ><span class="key test">${count(images.testPixels.length / images.size ** 2)} test images, after each epoch</span>
  </figcaption>`;
  return html`<p>
      In training, dropout switches off a random part of the network in every step. Tests use all of it, so the test
      images, which are never trained on, usually come out better.
    </p>
    <div class="pair">
      <figure class="chart">${legend}${lossChart(record)}</figure>
      <figure class="chart">${legend}${accuracyChart(record)}</figure>
    </div>`;
}

function agreementText(agreement: Agreement): Html {
  const { images, labelDifferences, maxLogitDifference } = agreement;
  const good = agrees(agreement);
  const comment = good
    ? 'What is left is rounding: sums are added up in another order.'
    : `This is more than rounding explains: labels must be equal and logits within ${scientific(logitTolerance)}.`;
  return html`<p class="agreement${good ? '' : ' failed'}">
      ${count(labelDifferences)} of ${count(images)} labels differ; the largest difference of two logits is
      ${scientific(maxLogitDifference)}.
    </p>
    <p>
      The exported file was opened again with plain <code>onnxruntime-node</code>, without Tessera, and ran on all test
      images. ${comment}
    </p>`;
}

function settingsTables({ settings, result, optimizer, images, machine }: ReportData): Html {
  const rows: [string, string][] = [
    ['images', images.name],
    ['epochs', count(settings.epochs)],
    ['batch size', count(settings.batchSize)],
    ['optimizer', optimizer],
    ['loss', 'sparse categorical crossentropy'],
    ['seed', String(settings.seed)],
    ['backend', settings.backend],
    ['machine', machine],
  ];
  return html`<div class="pair">${plainTable(rows)}${plainTable(Object.entries(result.versions))}</div>`;
}

function plainTable(rows: readonly (readonly [string, string])[]): Html {
  return html`<table class="plain">
    <tbody>
      ${rows.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
