// RFC 7643 section 2.1 allows `$` inside a name, and its own `$ref` begins with it.
const NAME = /^[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?$/;
const URI_PREFIX = /^[A-Za-z][\w.:/%+~-]*$/;

/**
 * Whether the text has the form `[URI ":"] ATTRNAME ["." ATTRNAME]` (RFC 7644 section 3.4.2.2). Says nothing about whether
 * such an attribute exists. Linear in the length: the URI, which may hold dots and colons itself, is cut off first.
 */
export function isAttributeName(text: string): boolean {
  const colon = text.lastIndexOf(':');
  return (colon === -1 || URI_PREFIX.test(text.slice(0, colon))) && NAME.test(text.slice(colon + 1));
}
