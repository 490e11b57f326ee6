import React, { useEffect, useRef, type ReactNode } from 'react';
import { useColorMode } from '@docusaurus/theme-common';
import type { MosaicPicture } from '@site/src/live/protocol';
import { paintMosaic, readPalette } from './mosaicPainter';
import styles from './styles.module.css';

/** A mosaic on a canvas as wide as its place, sharp on any screen, repainted in the colours of the current mode. */
export default function Mosaic({ picture }: { picture: MosaicPicture }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { colorMode } = useColorMode();
  const rows = picture.values.length / picture.columns;

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const paint = (): void => {
      const width = Math.round(element.clientWidth * devicePixelRatio);
      const height = Math.round((width * rows) / picture.columns);
      if (element.width !== width || element.height !== height) Object.assign(element, { width, height });
      paintMosaic(element, picture, readPalette(element));
    };
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    return () => observer.disconnect();
    // The colour mode is read from the page's style, not passed on.
  }, [picture, rows, colorMode]);

  return (
    <canvas
      ref={canvas}
      className={styles.mosaic}
      style={{ aspectRatio: `${picture.columns} / ${rows}` }}
      role="img"
      aria-label={picture.label}
    />
  );
}
