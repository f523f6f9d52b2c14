import { describe, expect, it } from 'vitest';
import { ensureBubblewrap } from '../../src/launch/bubblewrap.ts';

interface Case {
  readonly has: readonly string[];
  readonly isRoot?: boolean;
  /** Commands that succeed, by their beginning; bubblewrap is there after an installation. */
  readonly works?: readonly string[];
}

/** What is printed and what is called on such a machine. */
async function ensureOn({ has, isRoot = true, works = [] }: Case) {
  const printed: string[] = [];
  const called: string[] = [];
  await ensureBubblewrap((line) => void printed.push(line), {
    isRoot,
    has: (program) => has.includes(program),
    async run(program, args) {
      const command = [program, ...args].join(' ');
      called.push(command);
      const count = called.filter((earlier) => earlier === command).length;
      return works.some((work) => work === command || work === `${command} #${count}`);
    },
  });
  return { printed, called };
}

const APT = 'apt-get install -y --no-install-recommends bubblewrap';

describe('bubblewrap', () => {
  it('is left alone where it is', async () => {
    expect(await ensureOn({ has: ['bwrap', 'apt-get'] })).toEqual({ printed: [], called: [] });
  });

  it('is installed as root, and that is said', async () => {
    expect(await ensureOn({ has: ['apt-get'], works: [APT] })).toEqual({
      printed: [`Installing bubblewrap for the walls of the rooms: ${APT}`, 'bubblewrap is installed.'],
      called: [APT],
    });
    const { called } = await ensureOn({ has: ['apk'], works: ['apk add bubblewrap'] });
    expect(called).toEqual(['apk add bubblewrap']);
  });

  it('is installed after the lists of packages, where those are missing', async () => {
    const { printed, called } = await ensureOn({ has: ['apt-get'], works: ['apt-get update', `${APT} #2`] });
    expect(called).toEqual([APT, 'apt-get update', APT]);
    expect(printed.at(-1)).toBe('bubblewrap is installed.');
  });

  it('that cannot be installed is missed aloud, with the command', async () => {
    const { printed } = await ensureOn({ has: ['dnf'] });
    expect(printed.at(-1)).toBe(
      'bubblewrap could not be installed; without it rooms have fewer walls: dnf install -y bubblewrap',
    );
  });

  it('is never installed by an ordinary user, who reads how', async () => {
    expect(await ensureOn({ has: ['apt-get'], isRoot: false })).toEqual({
      printed: [`bubblewrap is not installed; without it rooms have fewer walls: sudo ${APT}`],
      called: [],
    });
    expect(await ensureOn({ has: [] })).toEqual({
      printed: [
        'bubblewrap is not installed; without it rooms have fewer walls. Install it with the packages of your system.',
      ],
      called: [],
    });
  });
});
