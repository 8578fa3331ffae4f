import { describe } from 'vitest';
import { playHalf } from './simulator-seeds.ts';

describe('a world of several, odd seeds', () => playHalf(1));
