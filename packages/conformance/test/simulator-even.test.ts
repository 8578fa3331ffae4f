import { describe } from 'vitest';
import { playHalf } from './simulator-seeds.ts';

describe('a world of several, even seeds', () => playHalf(0));
