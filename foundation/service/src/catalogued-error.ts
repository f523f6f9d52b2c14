/** What every code says, made of its figures. `Details` lists the codes with the figures of each. */
export type ErrorCatalogue<Details> = { readonly [C in keyof Details]: (details: Details[C]) => string };

/**
 * An error of a catalogue: a stable code, meant to be matched by callers, its figures, and one line that names what to
 * mend, whose wording may change.
 */
export abstract class CataloguedError<Details, C extends keyof Details> extends Error {
  readonly code: C;
  readonly details: Details[C];

  constructor(catalogue: ErrorCatalogue<Details>, code: C, details: Details[C], options?: ErrorOptions) {
    super(catalogue[code](details), options);
    this.code = code;
    this.details = details;
  }
}
