import { MIMEType } from 'node:util';
import { AppError } from '@assay/shared';

/** The boundary that a request's Content-Type names. Throws, saying what to send, when the request is no form. */
export function readBoundary(contentType: string | undefined): string {
  const type = parseType(contentType);
  if (type?.essence !== 'multipart/form-data') {
    const message = `Send a multipart/form-data body with the fields objects (files) and models (names), not ${contentType || 'one without a Content-Type'}`;
    throw new AppError('unsupported_content_type', message);
  }
  const boundary = type.params.get('boundary') ?? '';
  // RFC 2046, 5.1.1
  if (boundary === '' || boundary.length > 70) {
    const message =
      'The Content-Type names no boundary of 1 to 70 characters. Leave the header to your client: it makes one when it sends a form';
    throw new AppError('invalid_request', message);
  }
  return boundary;
}

function parseType(contentType: string | undefined): MIMEType | undefined {
  try {
    return new MIMEType(contentType ?? '');
  } catch {
    return undefined;
  }
}
