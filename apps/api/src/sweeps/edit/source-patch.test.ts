import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { patchSource } from './source-patch.ts';

const source = `# what we look for
name: wings # short
run_cap: 20 # for a start
parameters:
  # the one that matters
  learning_rate: &rate
    min: 0.0
    max: 1.0
  beta1: *rate
`;
const read = (text: string): unknown => parseDocument(text).toJS();

describe('a patch of a sweep’s text', () => {
  it('changes what it names and leaves comments, order and the rest as they stand', () => {
    const patched = patchSource(source, { run_cap: 50, parameters: { learning_rate: { max: 2 } } });
    expect(patched).toBe(source.replace('20', '50').replace('max: 1.0', 'max: 2.0'));
  });

  it('adds, replaces lists whole, and takes away what is null', () => {
    const patched = patchSource(source, {
      name: null,
      missing: null,
      exclude: [{ learning_rate: { min: 0.5 } }],
      parameters: { batch_size: { values: [8, 16] }, beta1: null },
    });
    expect(read(patched)).toEqual({
      run_cap: 20,
      parameters: { learning_rate: { min: 0, max: 1 }, batch_size: { values: [8, 16] } },
      exclude: [{ learning_rate: { min: 0.5 } }],
    });
    expect(patched).toContain('# the one that matters');
  });

  it('changes an alias alone, not what it stands for', () => {
    expect(read(patchSource(source, { parameters: { beta1: { max: 0.9 } } }))).toMatchObject({
      parameters: { learning_rate: { max: 1 }, beta1: { min: 0, max: 0.9 } },
    });
  });

  it('refuses to take away what an alias stands for', () => {
    expect(() => patchSource(source, { parameters: { learning_rate: null } })).toThrow(/input\.patch.*alias/);
  });

  it('works on JSON, and replaces a scalar by a mapping', () => {
    const patched = patchSource('{"method": "grid", "parameters": {"a": {"values": [1]}}}', {
      method: { odd: true },
      parameters: { a: { values: [1, 2] } },
    });
    expect(read(patched)).toEqual({ method: { odd: true }, parameters: { a: { values: [1, 2] } } });
  });

  it.each([[[1]], ['text'], [null], [7]])('refuses %j, which is no mapping', (patch) => {
    expect(() => patchSource(source, patch)).toThrow(/input\.patch/);
  });

  it('refuses one that is nested without end', () => {
    let patch: object = {};
    for (let i = 0; i < 100; i++) patch = { x: patch };
    expect(() => patchSource(source, patch)).toThrow(/32 levels/);
  });
});

/** RFC 7396, section 2, as it stands there. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> =
    target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

describe('any patch of any text', () => {
  it('gives what RFC 7396 says, in YAML and in JSON', () => {
    const key = fc.constantFrom('run_cap', 'parameters', 'a', 'b.c', '1', 'null', 'x y');
    const scalar = fc.oneof(fc.integer(), fc.constantFrom(0.1, 1e-7, -2.5), fc.boolean(), fc.string());
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.constant(null),
        fc.array(scalar, { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    const mapping = fc.dictionary(key, tree, { maxKeys: 4 });
    fc.assert(
      fc.property(mapping, mapping, fc.boolean(), (document, patch, isJson) => {
        const text = isJson ? JSON.stringify(document) : stringify(document);
        expect(read(patchSource(text, patch))).toEqual(mergePatch(document, patch));
      }),
      { numRuns: 1_000 },
    );
  });
});
