// Runs a stretch of the attack in a process of its own and prints its tally.
import { programSettings } from '../shared/programs.ts';
import { attack, type AttackOptions } from './attack.ts';

const tally = await attack(programSettings<AttackOptions>());
process.stdout.write(JSON.stringify(tally), () => process.exit());
