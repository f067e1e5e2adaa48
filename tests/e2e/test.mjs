// A story is a list of tests: test('name', async (browser, site) => { ... }).
export const tests = [];

export class Skip extends Error {}

export function test(name, run) {
    tests.push({ name, run });
}

export function skip(reason) {
    throw new Skip(reason);
}
