/** Returns a module that is loaded on first use. */
export function lazily(load: () => object): object {
    let found: object | undefined;
    const loaded = () => {
        found ??= load();
        return found;
    };
    const isCompiled = () => Reflect.get(loaded(), "__esModule") === true;
    return new Proxy(
        {},
        {
            // The SDK reads `__esModule` immediately, and copies modules without it.
            get: (_, name) =>
                name === "__esModule" || (name === "default" && !isCompiled() ? loaded() : Reflect.get(loaded(), name)),
            has: (_, name) => Reflect.has(loaded(), name),
            ownKeys: () => Reflect.ownKeys(loaded()),
            getOwnPropertyDescriptor: (_, name) => {
                const descriptor = Reflect.getOwnPropertyDescriptor(loaded(), name);
                return descriptor && { ...descriptor, configurable: true };
            },
        },
    );
}
