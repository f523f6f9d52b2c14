/**
 * Shapes that tell series apart besides their colour, on a square of 12; one source for the page and the canvas. The
 * number of shapes and the number of colours go apart after eight, so that a pair of both comes back only after 56.
 */
const SHAPES: readonly string[] = [
  'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0 -9z',
  'M2 2h8v8h-8z',
  'M6 1L11 10.500H1z',
  'M6 0.500L11.5 6L6 11.500L0.5 6z',
  'M1 3.200L3.2 1L6 3.800L8.8 1L11 3.200L8.2 6L11 8.800L8.8 11L6 8.200L3.2 11L1 8.800L3.8 6z',
  'M1 1.500H11L6 11z',
  'M4.3 0.800H7.700V4.300H11.200V7.700H7.700V11.200H4.300V7.700H0.800V4.300H4.300z',
];

/** How many colours there are for users in the style sheet. */
export const USER_COLOURS = 8;

/** The colour of the user at a place in the list: a number from 1 on, part of names in the style sheet. */
export function colourNumber(index: number): number {
  return (index % USER_COLOURS) + 1;
}

/** The path of a shape, for an SVG or a canvas. */
export function shapePath(index: number): string {
  return SHAPES[index % SHAPES.length] ?? '';
}
