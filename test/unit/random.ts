import crypto from "node:crypto";

let next = 1;

/** Makes the ends of fresh names, and passwords, the same in each run. Returns a function that begins anew. */
export function repeatRandom(): () => void {
    jest.spyOn(crypto, "randomBytes").mockImplementation(((size: number) => Buffer.alloc(size)) as never);
    jest.spyOn(crypto, "randomInt").mockImplementation(((max: number) => {
        next = (next * 48_271) % (2 ** 31 - 1);
        return next % max;
    }) as never);
    return () => {
        next = 1;
    };
}
