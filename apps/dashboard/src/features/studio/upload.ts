/** A picture from the person's disk to the server, under the address that is its content's. */
import { MAX_STYLE_BYTES } from '@plumage/contract';
import { sha256 } from './sha256.ts';

const accepted = ['image/png', 'image/jpeg'];

export const acceptedPictures = accepted.join(',');

export type Uploaded =
  | { readonly ok: true; readonly sha256: string }
  | { readonly ok: false; readonly problem: string };

/** Never throws: what went wrong is said in a sentence. */
export const uploadPicture = async (file: File): Promise<Uploaded> => {
  if (!accepted.includes(file.type)) return refuse(`${file.name} is no PNG or JPEG picture.`);
  if (file.size > MAX_STYLE_BYTES) {
    return refuse(
      `${file.name} has ${(file.size / 1e6).toFixed(1)} MB; at most ${MAX_STYLE_BYTES / 1e6} MB are taken.`,
    );
  }
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const address = sha256(bytes);
    const headers = { 'content-type': file.type };
    const response = await fetch(`/blobs/${address}`, { method: 'PUT', headers, body: bytes });
    return response.ok ? { ok: true, sha256: address } : refuse(await sentenceOf(response, file.name));
  } catch {
    return refuse(`The server did not take ${file.name}. Try again.`);
  }
};

const refuse = (problem: string): Uploaded => ({ ok: false, problem });

const sentenceOf = async (response: Response, name: string): Promise<string> => {
  const body: unknown = await response.json().catch(() => null);
  const message = (body as { errors?: { message?: string }[] } | null)?.errors?.[0]?.message;
  return `${name}: ${message ?? `the server answered ${response.status}`}`;
};
