import React, { type ReactNode } from 'react';
import CodeBlock from '@theme/CodeBlock';
import Layout from '@theme/Layout';
import Link from '@docusaurus/Link';
import CopyCommand from '@site/src/components/CopyCommand';
import Live from '@site/src/components/Live';
import Scatter from '@site/src/components/Scatter';
import { spiralPoster } from '@site/src/components/spiralPoster';
import gradients from '!!../../examples/gradients.ts?raw';
import digits from '!!../../examples/digits.ts?raw';
import onnxExport from '!!../../examples/onnx-export.ts?raw';
import twoSpirals from '!!../../examples/two-spirals.ts?raw';
import packages from '@site/src/packages.json';
import styles from './index.module.css';

const poster = spiralPoster();

const backends = [
  [
    'Reference',
    'Plain TypeScript without dependencies. Runs anywhere, and is what every other backend is checked against.',
  ],
  ['ONNX Runtime', 'Forward pass, backward pass and optimizer update compiled into one graph of native kernels.'],
  ['ONNX file', 'The same graph as a file, for any tool that reads the standard.'],
] as const;

const samples = [
  {
    title: 'Gradients of plain functions',
    text: 'A tensor is immutable and lazy: nothing runs until a value is read. Transforms such as grad take a function and return a function.',
    code: gradients,
  },
  {
    title: 'Networks with layers',
    text: 'Layers, defaults and training loops follow Keras. With a native backend set, each training step is one compiled graph.',
    code: digits,
  },
  {
    title: 'Models for every runtime',
    text: 'What you trained is a standard ONNX file: open it in Python, C++, a browser, or on a phone.',
    code: onnxExport,
  },
];

function Hero(): ReactNode {
  return (
    <header className={styles.hero}>
      <Scatter className={styles.scatter} />
      <h1>Train neural networks in TypeScript.</h1>
      <p className={styles.lead}>
        Tessera is a family of small packages: tensors with automatic differentiation, Keras-style layers, native speed
        in Node, and models that leave as ONNX files.
      </p>
      <div className={styles.actions}>
        <Link className={styles.primary ?? ''} to="/getting-started">
          Get started
        </Link>
        <CopyCommand command="npm install @tesserajs/tensor @tesserajs/layers" />
      </div>
    </header>
  );
}

export default function Home(): ReactNode {
  return (
    <Layout
      title="Machine learning in TypeScript"
      description="Tessera: small TypeScript packages for tensors, gradients, layers and ONNX. Try it in the page."
    >
      <main className={styles.page}>
        <Hero />
        <Live code={twoSpirals.trimEnd()} title="two-spirals.ts" layout="wide" poster={poster} />
        <p className={styles.caption}>
          Edit any line and run it: the network trains in this page, on <code>@tensorflow/tfjs</code>. Each tile shows
          what the network answers at that place. <Link to="/live-examples">How live examples work</Link>
        </p>

        <section className={styles.section}>
          <h2>One graph, every backend</h2>
          <p className={styles.intro}>
            Operations build a graph, transforms turn graphs into graphs, and a backend runs the result.{' '}
            <Link to="/architecture">Architecture</Link>
          </p>
          <ul className={styles.backends}>
            {backends.map(([name, text]) => (
              <li key={name}>
                <h3>{name}</h3>
                <p>{text}</p>
              </li>
            ))}
          </ul>
        </section>

        {samples.map(({ title, text, code }) => (
          <section key={title} className={styles.sample}>
            <div>
              <h2>{title}</h2>
              <p>{text}</p>
            </div>
            <CodeBlock language="ts">{code.trimEnd()}</CodeBlock>
          </section>
        ))}

        <section className={styles.section}>
          <h2>Install what you use</h2>
          <ul className={styles.packages}>
            {packages.map(({ name, summary }) => (
              <li key={name}>
                <Link to={`/api/${name}`}>@tesserajs/{name}</Link>
                <p>{summary}</p>
              </li>
            ))}
          </ul>
        </section>
      </main>
    </Layout>
  );
}
