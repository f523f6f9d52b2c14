/**
 * `Content-Disposition` of a download: the name in ASCII for those who know no better, and in full by RFC 6266. Whatever
 * a student puts into a file, a browser saves it and never shows it as a page of ours.
 */
export function attachment(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  // Half a surrogate pair cannot be encoded; such a name is a file name all the same.
  const encoded = encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, '\ufffd')).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
