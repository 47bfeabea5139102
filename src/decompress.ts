/** Bodies as they were before a server, or a proxy on the way, compressed them (RFC 9110 section 8.4). */
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/**
 * @param encoding of the Content-Encoding header; empty for none
 * @returns the body itself where nothing known is to be undone. Whoever reads it bounds what comes out: a small body may
 * hold a large one.
 */
export function decompress(body: Readable, encoding: string): Readable {
  const decoder = decoderOf(encoding.trim().toLowerCase());
  // The callback form destroys both ends on failure; the error itself reaches whoever reads the decoder.
  return decoder === null ? body : pipeline(body, decoder, () => {});
}

function decoderOf(encoding: string) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}
