/** A house of the drawing: width and height to the eaves, its roof, its brick, and which of its windows are lit. */
interface House {
  readonly width: number;
  readonly height: number;
  readonly roof: 'gable' | 'step' | 'cornice' | 'bell';
  readonly brick: 1 | 2 | 3 | 4 | 5;
  readonly floors: number;
  readonly lit: readonly number[];
}

const GROUND = 190;

const HOUSES: readonly House[] = [
  { width: 84, height: 92, roof: 'gable', brick: 1, floors: 2, lit: [1] },
  { width: 76, height: 112, roof: 'step', brick: 2, floors: 3, lit: [0, 4] },
  { width: 92, height: 96, roof: 'cornice', brick: 3, floors: 2, lit: [2, 3] },
  { width: 78, height: 104, roof: 'bell', brick: 4, floors: 3, lit: [1] },
  { width: 84, height: 120, roof: 'gable', brick: 5, floors: 3, lit: [3, 5] },
  { width: 96, height: 88, roof: 'cornice', brick: 1, floors: 2, lit: [0] },
  { width: 76, height: 108, roof: 'step', brick: 3, floors: 3, lit: [2, 5] },
  { width: 82, height: 98, roof: 'gable', brick: 2, floors: 2, lit: [1, 2] },
];

/** The street is drawn twice over, so that it fills the widest screens. */
const STREET: readonly House[] = [...HOUSES, ...HOUSES.slice(3), ...HOUSES.slice(0, 4)];

function roofPath(house: House, left: number): string {
  const right = left + house.width;
  const eaves = GROUND - house.height;
  const middle = left + house.width / 2;
  switch (house.roof) {
    case 'gable':
      return `M${left} ${eaves}L${middle} ${eaves - 36}L${right} ${eaves}`;
    case 'step': {
      const step = house.width / 8;
      const riser = `v-10h${step}`.repeat(3) + 'v-10h';
      const fall = `v10h${step}`.repeat(3) + 'v10';
      return `M${left} ${eaves}${riser}${step * 2}${fall}`;
    }
    case 'cornice':
      return `M${left} ${eaves}v-8h${house.width}v8`;
    case 'bell':
      return (
        `M${left} ${eaves}v-6c${house.width * 0.22} 0 ${house.width * 0.2} -30 ${house.width * 0.34} -30` +
        `v-8h${house.width * 0.32}v8c${house.width * 0.14} 0 ${house.width * 0.12} 30 ${house.width * 0.34} 30v6`
      );
  }
}

function HouseDrawing({ house, left }: { readonly house: House; readonly left: number }) {
  const eaves = GROUND - house.height;
  const windowWidth = 13;
  const windowHeight = house.floors === 3 ? 17 : 20;
  const gap = (house.width - 3 * windowWidth) / 4;
  const rise = (house.height - 6) / house.floors;
  const windows = Array.from({ length: house.floors * 3 }, (_, index) => ({
    index,
    x: left + gap + (index % 3) * (windowWidth + gap),
    y: eaves + 9 + Math.floor(index / 3) * rise,
  }));
  const door = (house.floors - 1) * 3 + (house.brick % 2 === 0 ? 0 : 2);
  return (
    <g class={`house brick-${house.brick}`}>
      <path class="roof" d={`${roofPath(house, left)}z`} />
      <rect class="wall" x={left} y={eaves} width={house.width} height={house.height} />
      {windows.map(({ index, x, y }) =>
        index === door ? (
          <path class="door" d={`M${x - 1} ${GROUND}v-26a7.5 7.5 0 0 1 15 0v26z`} key={index} />
        ) : (
          <rect
            class={house.lit.includes(index) ? 'window window-lit' : 'window'}
            x={x}
            y={y}
            width={windowWidth}
            height={windowHeight}
            rx="1"
            key={index}
          />
        ),
      )}
    </g>
  );
}

/** Packets in the shared line under the street: they come evenly and crowd where it is narrow. */
function packets(count: number): readonly { x: number; width: number }[] {
  let x = 1330;
  return Array.from({ length: count }, (_, index) => {
    const packet = { x, width: 9 };
    x -= 12 + Math.max(0, index - 16) ** 1.5 * 2.2;
    return packet;
  }).filter((packet) => packet.x > -20);
}

/** Decoration of the first page: a street of attached houses on one shared line. */
export function Street() {
  let left = -20;
  return (
    <svg
      class="street"
      viewBox="0 0 1360 236"
      preserveAspectRatio="xMaxYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      {STREET.map((house, index) => {
        const at = left;
        left += house.width;
        return <HouseDrawing house={house} left={at} key={index} />;
      })}
      <rect class="pavement" x="-20" y={GROUND} width="1400" height="4" />
      <path class="pipe" d="M-20 209H1290l30 5h60M-20 229H1290l30-5h60" />
      {packets(60).map((packet) => (
        <rect class="packet" x={packet.x - 56} y="214" width={packet.width} height="10" rx="2" key={packet.x} />
      ))}
    </svg>
  );
}
