import { type Dice, NASTY } from './dice.ts';

/** A JSON value that nobody expects. */
export function rubbish(dice: Dice, depth: number = 3): unknown {
  switch (dice.below(depth > 0 ? 9 : 7)) {
    case 0:
      return null;
    case 1:
      return dice.chance(0.5);
    case 2:
      return dice.pick([0, -1, 1.5, 1e308, 2 ** 53, -(2 ** 31)]);
    case 3:
    case 4:
      return dice.pick(NASTY);
    case 5:
      return [];
    case 6:
      return {};
    case 7:
      return Array.from({ length: dice.below(5) }, () => rubbish(dice, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: dice.below(5) }, () => [dice.pick(NASTY), rubbish(dice, depth - 1)]),
      );
  }
}

/** The value with something in it changed, taken out, or added. */
export function mutated(dice: Dice, value: unknown): unknown {
  if (Array.isArray(value)) {
    const at = dice.below(value.length + 1);
    return dice.chance(0.3)
      ? [...value, rubbish(dice)]
      : value.map((one, i) => (i === at ? mutated(dice, one) : one));
  }
  if (typeof value === 'string' && dice.chance(0.5)) return String(dice.damaged(Buffer.from(value)));
  if (typeof value !== 'object' || value === null || dice.chance(0.1)) return rubbish(dice);
  const entries = Object.entries(value);
  const at = dice.below(entries.length);
  const kind = dice.below(4);
  if (kind === 0) return Object.fromEntries(entries.filter((_, i) => i !== at));
  if (kind === 1) return { ...value, [dice.pick(NASTY)]: rubbish(dice) };
  return Object.fromEntries(entries.map(([name, one], i) => [name, i === at ? mutated(dice, one) : one]));
}

/** JSON, or nearly. */
export function nearlyJson(dice: Dice, value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value) ?? 'undefined');
  switch (dice.below(12)) {
    case 0:
      return text.subarray(0, dice.below(text.length));
    case 1:
      return dice.damaged(text);
    case 2:
      return dice.bytes(dice.below(300));
    case 3:
      return Buffer.from('['.repeat(dice.below(5000)));
    default:
      return text;
  }
}
