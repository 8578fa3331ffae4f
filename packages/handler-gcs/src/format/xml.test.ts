import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elements, escapeXml, textOf } from './xml.ts';

it('reads back any text that it escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(textOf(`<A><B x="1">${escapeXml(text)}</B></A>`, 'B')).toBe(text);
    }),
  );
});

it('reads elements in order, and leaves what it does not know', () => {
  expect(
    elements('<L><P><N>1</N></P><P><N>2</N></P><Part/></L>', 'P').map((one) => textOf(one, 'N')),
  ).toEqual(['1', '2']);
  expect(textOf('<E>&quot;a&#x22;&#34;&amp;lt;&nbsp;</E>', 'E')).toBe('"a""&lt;&nbsp;');
  expect(textOf('<Ex>1</Ex>', 'E')).toBeNull();
});
