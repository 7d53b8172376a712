/**
 * What a program has once, by an object of the program such as its stack. Global, because a program can load several copies of this library,
 * and a process can run several programs.
 *
 * @param what identifies it: `"slipway.waits"`
 */
export function stateOfProgram<Value>(what: string, program: object, create: () => Value): Value {
    const key = Symbol.for(what);
    const all: WeakMap<object, Value> = Reflect.get(globalThis, key) ?? new WeakMap();
    Reflect.set(globalThis, key, all);
    const found = all.get(program) ?? create();
    all.set(program, found);
    return found;
}
