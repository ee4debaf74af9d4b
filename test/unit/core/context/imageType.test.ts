import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { imageType } from '../../../../src/core/context/imageType';

describe('imageType', () => {
  const rows: readonly (readonly [name: string, bytes: string, type: string | undefined])[] = [
    ['PNG', '89504e470d0a1a0a00', 'image/png'],
    ['JPEG', 'ffd8ffe000104a46', 'image/jpeg'],
    ['GIF of 1987', '474946383761', 'image/gif'],
    ['GIF of 1989', '474946383961', 'image/gif'],
    ['WebP', '524946460000000057454250', 'image/webp'],
    ['a RIFF that is none', '524946460000000057415645', undefined],
    ['SVG', '3c737667', undefined],
    ['HTML that calls itself one', '3c68746d6c3e', undefined],
    ['BMP', '424d', undefined],
    ['half of a PNG', '89504e47', undefined],
    ['nothing', '', undefined],
  ];
  for (const [name, bytes, type] of rows) it(name, () => assert.equal(imageType(Buffer.from(bytes, 'hex')), type));
});
