// Serves the built site: node scripts/serve.mjs (PORT, default 3000; 0 picks a free one).
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { isolationHeaders } from './headers.mjs';

const build = fileURLToPath(new URL('../build', import.meta.url));

/**
 * Starts the server on this machine only.
 * @param {number} port 0 picks a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serve(port) {
  const files = sirv(build, {
    etag: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => {
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8', ...isolationHeaders });
      createReadStream(`${build}/404.html`).pipe(response);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      const close = async () => {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      };
      resolve({ url: `http://127.0.0.1:${chosen}`, close });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(Number(process.env.PORT ?? 3000));
  console.log(url);
}
